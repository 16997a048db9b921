/** @module A process of the gateway: its roles, its signals, its listening and its orderly end. */
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { buildApp } from './app.ts';
import type { Config } from './config.ts';
import { type Deps, type DepsOptions, openDeps } from './deps.ts';
import { SECOND } from './units.ts';
import { startWorker, stopWorker } from './worker.ts';

/** What a call under way gets to finish when the process stops. */
const PATIENCE = 3 * SECOND;

export interface Running {
  readonly url: string;
  readonly deps: Deps;
  /** Takes nothing new, finishes or releases what is under way, closes what it opened. */
  stop(): Promise<void>;
}

/** The address under which this process is reached when nothing else is configured. */
export const localUrl = (config: Pick<Config, 'HOST' | 'PORT'>): string =>
  `http://${config.HOST === '0.0.0.0' ? '127.0.0.1' : config.HOST}:${config.PORT}`;

/** Starts the roles of `config.ROLE`. A worker alone answers only its health and metrics. */
export async function serve(options: DepsOptions): Promise<Running> {
  const { config } = options;
  const deps = await openDeps(options);
  const delivers = config.ROLE !== 'gateway';
  let app: FastifyInstance;
  try {
    app = await buildApp(
      config.ROLE === 'worker' ? { ...deps.app, routes: [], issuer: null, console: null } : deps.app,
    );
    await app.listen({ host: config.HOST, port: config.PORT });
    await startWorker(deps.everywhere);
    if (delivers) await startWorker(deps.worker);
  } catch (error) {
    await deps.close();
    throw error;
  }
  const { port } = app.server.address() as AddressInfo;
  return {
    url: localUrl({ HOST: config.HOST, PORT: port }),
    deps,
    async stop() {
      // A long poll would keep its connection for half a minute.
      const patience = setTimeout(() => app.server.closeAllConnections(), PATIENCE);
      await app.close();
      clearTimeout(patience);
      if (delivers) await stopWorker(deps.worker);
      await stopWorker(deps.everywhere);
      await deps.close();
    },
  };
}

/** Ends the process in order on SIGTERM or SIGINT; a second signal ends it at once. */
export function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`The orderly stop failed: ${error instanceof Error ? error.message : error}\n`);
          process.exit(1);
        },
      );
    });
  }
}
