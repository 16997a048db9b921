/** @module What every part of a process stands on: settings and seal, the database with its schema up to date, the catalogues, what replicas share. */
import { connectors as shipped } from '../connectors/index.ts';
import type { Seal } from './access/seal.ts';
import { openingReaders } from './access/sealed-json.ts';
import { type Secrets, sealOf } from './access/secrets.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { type KeptCatalogue, keepCatalogue } from './catalogue/keep.ts';
import { seedCatalogues } from './catalogue/store.ts';
import type { Config } from './config.ts';
import type { Connector } from './connector/define.ts';
import { prepareDatabase } from './db/application-role.ts';
import { openPools, type Pools } from './db/pools.ts';
import type { Log } from './log.ts';
import { redisStore } from './shared/redis.ts';
import { processStore, type SharedStore } from './shared/store.ts';
import { seedAlertRules } from './watch/rules-store.ts';

export interface GroundOptions {
  readonly config: Config;
  /** Those that are shipped, unless told. */
  readonly connectors?: readonly Connector[];
  readonly databaseUrl: string;
  /** The owner's of the tables, where it is not the setting. */
  readonly ownerUrl?: string;
  readonly secrets: Secrets;
  readonly publicUrl: string;
  readonly log: Log;
  /** Names this installation's process over its lives, so that a new one takes back what the old had under way. */
  readonly instance: string;
}

export interface Ground extends Pools {
  readonly config: Config;
  readonly connectors: readonly Connector[];
  /** A connector's own settings by its name. */
  readonly settingsOf: (connector: string) => Readonly<Record<string, unknown>>;
  /** Names of the connectors to which dossiers are carried. */
  readonly portals: readonly string[];
  readonly seal: Seal;
  readonly kept: KeptCatalogue;
  readonly catalogue: () => Catalogue;
  readonly shared: SharedStore;
  readonly publicUrl: string;
  readonly instance: string;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const OWNS_THE_TABLES =
  'the role of DATABASE_URL owns the tables and could change the audit log: give the process a role of its own (docs: operate, the audit log)';

/** Opens the database and brings its schema up to date; what closes it comes last. */
export async function openGround(options: GroundOptions): Promise<Ground> {
  const { config, connectors = shipped, databaseUrl, secrets, publicUrl, log, instance } = options;
  const seal = sealOf(secrets);
  const standing = await prepareDatabase({
    databaseUrl,
    ownerUrl: options.ownerUrl ?? config.DATABASE_OWNER_URL ?? null,
  });
  if (standing === 'owns-the-tables') log.warn(OWNS_THE_TABLES);
  const pools = openPools(databaseUrl, { max: config.DATABASE_CONNECTIONS, log, readers: openingReaders(seal) });
  await seedCatalogues(pools.pool);
  await seedAlertRules(pools.pool);
  const kept = await keepCatalogue(pools.pool, log, {
    roundToClose: config.DEADLINE_ROUND_TO_CLOSE,
    endOfDay: config.DEADLINE_END_OF_DAY,
  });
  const shared = config.REDIS_URL ? await redisStore({ url: config.REDIS_URL, seal, log }) : processStore();
  return {
    ...pools,
    config,
    connectors,
    settingsOf: (name) => config.connectors[name] ?? {},
    portals: connectors.filter((connector) => connector.portal !== undefined).map(({ name }) => name),
    seal,
    kept,
    catalogue: kept.catalogue,
    shared,
    publicUrl,
    instance,
    log,
    now: Date.now,
    async close() {
      await shared.close();
      await kept.stop();
      await pools.close();
    },
  };
}
