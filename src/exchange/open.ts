/** @module The exchange as a part of the process: its routes, and what follows and settles in the worker. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { ExchangeProvider } from '../capabilities/exchange.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Connector } from '../connector/define.ts';
import type { Appender } from '../dossiers/append.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import { SECOND } from '../units.ts';
import type { WorkerPart } from '../worker.ts';
import { Acts, type Providers } from './acts.ts';
import { Exchanges } from './exchanges.ts';
import { follow } from './follow.ts';
import { exchangeRoutes } from './routes.ts';
import { Settler } from './settler.ts';

export interface ExchangeOptions {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly appender: Pick<Appender, 'append'>;
  readonly catalogue: () => Catalogue;
  /** All that are installed, for the document. */
  readonly connectors: readonly Connector[];
  /** Those that are configured. */
  readonly providers: Providers;
  /** How long an unknown outcome is left to settle before its system is asked. */
  readonly settleAfterMs: number;
  /** How long after its answer a submission is looked for once more. */
  readonly readBackAfterMs: number;
  readonly now: () => number;
  readonly log: Log;
}

export interface Exchange {
  readonly exchanges: Exchanges;
  readonly routes: readonly Route[];
  readonly parts: readonly WorkerPart[];
}

const EVERY = 1 * SECOND;

export function openExchange(options: ExchangeOptions): Exchange {
  const { pool, seal, appender, catalogue, connectors, providers, settleAfterMs, readBackAfterMs, now, log } = options;
  const acts = new Acts({ db: pool, seal, providers, appender, now, settleAfterMs, readBackAfterMs, log });
  const exchanges = new Exchanges({ pool, acts, providers, catalogue });
  const names = connectors.filter((connector) => connector.exchange !== undefined).map(({ name }) => name);
  return {
    exchanges,
    routes: hasFirst(names) ? exchangeRoutes({ db: pool, acts, exchanges, catalogue, providers: names }) : [],
    parts: [
      new Settler({ db: pool, acts, providers, log, everyMs: EVERY }),
      ...[...providers.values()]
        .filter(isFollowed)
        .map((provider) =>
          follow({ db: pool, provider, appender, now, log, everyMs: Math.min(EVERY, provider.track.minMs) }),
        ),
    ],
  };
}

const hasFirst = (names: readonly string[]): names is readonly [string, ...string[]] => names.length > 0;

type Followed = ExchangeProvider & { readonly track: NonNullable<ExchangeProvider['track']> };
const isFollowed = (provider: ExchangeProvider): provider is Followed => provider.track !== undefined;
