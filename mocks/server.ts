/** @module The process's one HTTP server: a path prefix for each system, the control plane beside them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerControl, type RunningSystems } from './control.ts';
import { readBody } from './read-body.ts';
import { runSystem } from './running-system.ts';
import { type Host, jsonAnswer, type SimulatorsOptions } from './simulator.ts';
import { systems as writtenSystems } from './systems.ts';
import { answerWireCall, callOf } from './wire-call.ts';

export interface Simulators {
  /** Listens on 127.0.0.1; resolves with the address, such as `http://127.0.0.1:8090`. */
  listen(): Promise<string>;
  /** Stops listening, ends open connections and closes the journals. */
  close(): Promise<void>;
}

const DEFAULT_PORT = 8090;
/** Longer than any client keeps an idle connection, so that the client is the one that ends it. */
const KEEP_ALIVE_MS = 75_000;

/**
 * Builds every simulator and replays its journal; nothing listens yet.
 * @param log takes one object for each thing worth telling, such as a refused batch
 */
export function buildSimulators(options: SimulatorsOptions, log: Host['log'] = () => {}): Simulators {
  const running: RunningSystems = new Map(writtenSystems.map((system) => [system.id, runSystem(system, options, log)]));

  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) => {
    route(running, request, response).catch((error: unknown) => {
      // A caller that goes away is no event; anything else is a mistake of ours and must be seen.
      if (request.destroyed || response.destroyed) return;
      log({
        level: 'error',
        url: request.url,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ message: 'the simulator itself failed; its log says why' }));
    });
  });

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port ?? DEFAULT_PORT, '127.0.0.1', () => {
          server.off('error', reject);
          resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        const finish = (): void => {
          for (const system of running.values()) system.close();
          resolve();
        };
        if (!server.listening) finish();
        else server.close(finish);
        server.closeAllConnections();
      }),
  };
}

async function route(systems: RunningSystems, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (path.startsWith('/_')) return answerControl(systems, request, response, path, new URLSearchParams(query));

  const slash = path.indexOf('/', 1);
  const system = systems.get(path.slice(1, slash < 0 ? undefined : slash));
  const rest = slash < 0 ? '/' : path.slice(slash);
  if (system && !rest.startsWith('/_')) return answerWireCall(system, request, response, rest, query);

  const body = (await readBody(request)) ?? '';
  const answer =
    system?.simulator.beside?.(callOf(request, rest, query, body)) ??
    jsonAnswer({ message: `nothing answers ${path}` }, 404);
  // What a person did on a page is in the file before the page says so.
  await system?.written();
  response.writeHead(answer.status, { 'content-type': answer.contentType ?? 'application/json; charset=utf-8' });
  response.end(answer.body);
}
