/** @module Puts the parts of access together: who is believed and admitted, the embedded issuer, the routes by which clients are kept. */
import type pg from 'pg';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Config } from '../config.ts';
import { type Authenticator, createAuthenticator } from '../http/auth.ts';
import type { IssuerOptions } from '../http/issuer.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { WorkerPart } from '../worker.ts';
import { admitting } from './admission.ts';
import { keepClients } from './client-keep.ts';
import { clientRoutes } from './client-routes.ts';
import { findClient, knownScopes } from './clients.ts';
import { issuerStore } from './issuer-store.ts';
import { readOutsideIssuers } from './outside-issuers.ts';
import { keepRevocations } from './revocations.ts';
import type { Seal } from './seal.ts';
import { keepSigningKeys, scheduledRotation } from './signing-keys.ts';

export interface AccessNeeds {
  readonly config: Pick<Config, 'AUDIENCE' | 'ISSUERS_FILE' | 'SIGNING_KEY_DAYS'>;
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly catalogue: () => Catalogue;
  /** The issuer of its tokens. */
  readonly publicUrl: string;
  /** Scopes of the connectors' operations, which a client may be given beside those of the gateway itself. */
  readonly operationScopes: readonly string[];
  readonly people: IssuerOptions['people'];
  readonly log: Log;
  readonly now: () => number;
}

export interface OpenAccess {
  readonly authenticator: Authenticator;
  readonly issuer: IssuerOptions;
  readonly routes: readonly Route[];
  /** What runs in every process. */
  readonly everywhere: readonly WorkerPart[];
  close(): Promise<void>;
}

/** @throws Error that names the file of outside issuers where it can't be read */
export async function openAccess(needs: AccessNeeds): Promise<OpenAccess> {
  const { config, pool, seal, catalogue, publicUrl: issuer, operationScopes, people, log, now } = needs;
  const audience = config.AUDIENCE;
  const [signingKeys, revocations, outsideIssuers, clients] = await Promise.all([
    keepSigningKeys(pool, seal, { log, now }),
    keepRevocations(pool, { log, now }),
    readOutsideIssuers(config.ISSUERS_FILE, { log, now }),
    keepClients(pool, log, now),
  ]);
  return {
    authenticator: admitting(
      createAuthenticator({
        issuers: [{ issuer, audience, find: signingKeys.find }, ...outsideIssuers],
        clock: now,
        isRevoked: (token) => revocations.covers(token),
      }),
      { clients, ownIssuer: issuer, clock: now },
    ),
    issuer: {
      issuer,
      audience,
      jwks: () => signingKeys.jwks(),
      findClient: (clientId) => findClient(pool, clientId),
      store: issuerStore(pool, revocations),
      people,
      log,
    },
    routes: clientRoutes({
      pool,
      agencies: () => catalogue().agencies.asOf(now()),
      scopes: knownScopes(operationScopes),
      purposes: () => new Set(catalogue().data.purposes?.map(({ code }) => code)),
      changed: clients.look,
    }),
    everywhere: [scheduledRotation(pool, seal, { everyDays: config.SIGNING_KEY_DAYS, log, now })],
    async close() {
      await signingKeys.stop();
      await revocations.stop();
      await clients.stop();
    },
  };
}
