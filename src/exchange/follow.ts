/** @module Follows dossiers at a system that never calls: its answers become entries of their timelines, as that system's. */
import { hash } from 'node:crypto';
import { type ExchangeProvider, type Tracked, told } from '../capabilities/exchange.ts';
import { type Heard, Poller } from '../connector/poller.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Appender } from '../dossiers/append.ts';
import type { CommandResult, EventCommand } from '../dossiers/commands.ts';
import type { Log } from '../log.ts';
import { MINUTE } from '../units.ts';
import * as store from './follow-store.ts';

export interface FollowOptions {
  readonly db: Queryable;
  readonly provider: ExchangeProvider & { readonly track: NonNullable<ExchangeProvider['track']> };
  readonly appender: Pick<Appender, 'append'>;
  readonly now: () => number;
  readonly log: Log;
  readonly everyMs: number;
}

/** Longer than a question and the keeping of its answer may take. */
const LEASE = 5 * MINUTE;

/** The poller of one provider's dossiers. */
export function follow({ db, provider, appender, now, log, everyMs }: FollowOptions): Poller<store.DueExchange> {
  const { name, track } = provider;
  return new Poller<store.DueExchange>({
    name,
    batch: track.batch,
    minMs: track.minMs,
    maxMs: track.maxMs,
    everyMs,
    claim: (limit) => store.claimDue(db, { provider: name, now: now(), until: now() + LEASE, limit }),
    async ask(items) {
      const answers = await track.read(items);
      const digests = answers.map(digestOf);
      // What was told before is in the timeline already: most questions end here.
      const commands = items.map((item, i) =>
        digests[i] === item.toldDigest ? [] : answers[i]!.steps.map((step) => commandOf(name, item, step)),
      );
      const results = await append(commands);
      await store.noteTellings(
        db,
        items.map(({ id }, i) => {
          const { statusThere, fault, ended } = answers[i]!;
          return { id, statusThere, fault, ended, digest: fault === null ? digests[i]! : null };
        }),
        now(),
      );
      return items.map((_, i) => heardOf(answers[i]!, results[i]!));
    },
    settle: (items, nexts) =>
      store.scheduleNext(
        db,
        items.map(({ id }, i) => ({ id, ...nexts[i]! })),
        now(),
      ),
    log,
    now,
  });

  /** All in one transaction; the results by dossier. */
  async function append(commands: readonly (readonly EventCommand[])[]): Promise<CommandResult[][]> {
    const all = commands.flat();
    const results = all.length === 0 ? [] : await appender.append({ commands: all, raw: null });
    let taken = 0;
    return commands.map((own) => {
      taken += own.length;
      return results.slice(taken - own.length, taken);
    });
  }
}

const commandOf = (
  source: string,
  { dossierCode, number }: store.DueExchange,
  step: Tracked['steps'][number],
): EventCommand =>
  told({
    ...step,
    source,
    operation: 'poll',
    ref: { code: dossierCode, alias: number === dossierCode ? null : { system: source, code: number } },
    opens: null,
  });

const digestOf = ({ steps }: Tracked): string => hash('sha1', JSON.stringify(steps), 'base64url').slice(0, 16);

function heardOf({ fault, ended }: Tracked, results: readonly CommandResult[]): Heard {
  if (fault !== null) return 'faulty';
  if (ended) return 'ended';
  return results.some(({ outcome }) => outcome === 'accepted' || outcome === 'held') ? 'news' : 'nothing-new';
}
