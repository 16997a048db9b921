/** @module What an operator's command works with: the database in use, its settings and catalogues, and the audit that tells who did it. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import { openingReaders } from '../access/sealed-json.ts';
import { sealOf } from '../access/secrets.ts';
import { type Audit, createAudit } from '../audit/record.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { loadCatalogue, loadProfiles } from '../catalogue/store.ts';
import { readReports } from '../connector/health-store.ts';
import { openPipelinedClient } from '../db/pool.ts';
import type { Destination } from '../destinations.ts';
import { Appender } from '../dossiers/append.ts';
import { createLog, type Log } from '../log.ts';
import { Policies, type Treat } from '../sync/policy.ts';
import { readPolicies } from '../sync/policy-store.ts';
import { type Profile, profileAt } from '../sync/profile.ts';
import { SECOND } from '../units.ts';
import type { Environment } from './database.ts';
import { withSealedDatabase } from './sealed.ts';
import { type SettingsInUse, settingsInUse } from './settings.ts';

export interface Place extends SettingsInUse {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly audit: Audit;
  readonly catalogue: () => Catalogue;
  /** @throws Error where the destination has none */
  readonly profile: (destination: string) => Profile;
  readonly treat: Treat;
  /** Systems to which dossiers are carried, with what the running processes see of them. */
  readonly destinations: readonly Pick<Destination, 'name' | 'breaker'>[];
  readonly appender: Appender;
  readonly log: Log;
  readonly now: () => number;
}

const APPEND_WITHIN = 60 * SECOND;

/** @throws CommandFault where there is no database, or no key for it */
export function withPlace<T>(env: Environment, use: (place: Place) => Promise<T>): Promise<T> {
  return withSealedDatabase(env, async (pool, secrets, url) => {
    const settings = await settingsInUse(env);
    const { config, connectors } = settings;
    const seal = sealOf(secrets);
    const now = Date.now;
    const log = createLog({ level: 'warn' });
    const [catalogue, profiles, policy, reports] = await Promise.all([
      loadCatalogue(pool, { roundToClose: config.DEADLINE_ROUND_TO_CLOSE, endOfDay: config.DEADLINE_END_OF_DAY }),
      loadProfiles(pool),
      readPolicies(pool),
      readReports(pool, ''),
    ]);
    const policies = new Policies(policy ?? { version: 0, defaultMode: 'observe', items: [] });
    const treat: Treat = (destination, subject, at) =>
      policies.of(destination, subject, at, catalogue.agencies.asOf(at));
    const portals = connectors.filter(({ portal }) => portal !== undefined).map(({ name }) => name);
    const appender = new Appender({
      connect: () =>
        openPipelinedClient(url, {
          applicationName: 'lienthong-cli-append',
          statementTimeoutMs: APPEND_WITHIN,
          readers: openingReaders(seal),
        }),
      catalogue: () => catalogue,
      seal,
      destinations: portals,
      treat,
      observeAfterMs: config.SYNC_READ_BACK_AFTER_MS,
      // The running workers find by themselves what is due.
      committed() {},
      log,
      now,
    });
    try {
      return await use({
        ...settings,
        pool,
        seal,
        audit: createAudit(pool, { targetKey: secrets.auditKey, seal }),
        catalogue: () => catalogue,
        profile: (destination) => {
          const found = profileAt(profiles, destination, now());
          if (found === null) throw new Error(`no profile of ${destination} is in force`);
          return found;
        },
        treat,
        destinations: portals.map((name) => ({
          name,
          breaker: () => reports.get(name)?.find(({ breaker }) => breaker !== 'closed')?.breaker ?? 'closed',
        })),
        appender,
        log,
        now,
      });
    } finally {
      await appender.close();
    }
  });
}
