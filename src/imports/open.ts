/** @module Puts the parts of imports together: the routes that take files, and what works on them. */
import type { Config } from '../config.ts';
import type { Route } from '../http/route.ts';
import type { WorkerPart } from '../worker.ts';
import { Importer, type ImporterOptions } from './part.ts';
import { importRoutes } from './routes.ts';

export interface ImportsNeeds extends Pick<ImporterOptions, 'appender' | 'seal' | 'kept' | 'instance' | 'log' | 'now'> {
  readonly config: Pick<Config, 'IMPORT_BYTES_AT_MOST'>;
  readonly pool: ImporterOptions['db'];
  connect(applicationName: string): ReturnType<ImporterOptions['connect']>;
  readonly portals: readonly string[];
}

export function openImports(needs: ImportsNeeds): {
  readonly routes: readonly Route[];
  readonly parts: readonly WorkerPart[];
} {
  const { config, pool: db, connect, appender, seal, kept, portals: destinations, instance, log, now } = needs;
  return {
    routes: importRoutes({ db, seal, catalogue: kept.catalogue, bytesAtMost: config.IMPORT_BYTES_AT_MOST, now }),
    parts: [
      new Importer({
        db,
        appender,
        connect: () => connect('lienthong-trial'),
        seal,
        kept,
        destinations,
        instance,
        log,
        now,
      }),
    ],
  };
}
