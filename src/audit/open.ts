/** @module Puts the parts of the audit together: what writes it, what signs its heads, and the routes of auditors. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Config } from '../config.ts';
import type { Bilingual } from '../errors.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { WorkerPart } from '../worker.ts';
import { headSigningKeys } from './head-keys.ts';
import { HeadSigner } from './head-signer.ts';
import { headKeysOf } from './heads.ts';
import { headsFile } from './heads-file.ts';
import { auditPurge } from './purge.ts';
import type { TitleOf } from './reading.ts';
import { type Audit, createAudit } from './record.ts';
import { auditRoutes } from './routes.ts';
import { type SuspicionSettings, suspicionWatch } from './suspicion-watch.ts';
import { whoReadRoutes } from './who-read-routes.ts';

export interface AuditNeeds {
  readonly config: Pick<Config, 'AUDIT_HEADS_FILE' | 'AUDIT_KEPT_MONTHS' | 'DATA_DIR'> & SuspicionSettings;
  /** For calls, and for looking. */
  readonly pool: pg.Pool;
  readonly watchPool: pg.Pool;
  readonly seal: Seal;
  /** The key of the hashes by which a person is found. */
  readonly targetKey: string;
  readonly catalogue: () => Catalogue;
  readonly titleOf: TitleOf;
  /** What an outside system is called, by its connector's name. */
  readonly systemOf: (connector: string) => Bilingual | null;
  readonly log: Log;
  readonly now: () => number;
}

export interface OpenAudit {
  readonly audit: Audit;
  readonly routes: readonly Route[];
  /** What runs in every process: each machine keeps heads of its own. */
  readonly everywhere: readonly WorkerPart[];
  readonly parts: readonly WorkerPart[];
}

export async function openAudit(needs: AuditNeeds): Promise<OpenAudit> {
  const { config, pool, watchPool, seal, targetKey, catalogue, titleOf, systemOf, log, now } = needs;
  const jwks = await headSigningKeys(pool, seal);
  const path = headsFile(config);
  const signed = { path, keys: headKeysOf(jwks) };
  const audit = createAudit(pool, { targetKey, seal });
  return {
    audit,
    routes: [
      ...auditRoutes({ pool, catalogue, titleOf, signed }),
      ...whoReadRoutes({ db: pool, catalogue, targetKey, titleOf, systemOf }),
    ],
    everywhere: [new HeadSigner({ db: watchPool, jwks, path, log, now })],
    parts: [
      auditPurge({ db: pool, audit, jwks, path, keptMonths: config.AUDIT_KEPT_MONTHS, log, now }),
      suspicionWatch({ db: watchPool, catalogue, settings: config, log, now }),
    ],
  };
}
