/** @module The operations of the API that operators' commands carry out, by what they are about. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Route } from '../http/route.ts';
import type { Environment } from './database.ts';
import { CommandFault } from './fault.ts';
import { carryOut, type Given } from './operation.ts';
import { type Place, withPlace } from './place.ts';

type Opened = (place: Place) => Promise<readonly Route[]>;

/** Each loads what it needs when it is asked for: a command is to answer at once. */
const SUBJECTS = {
  async destinations({ pool: db, catalogue, destinations, treat }) {
    const { syncRoutes } = await import('../sync/routes.ts');
    return syncRoutes({ db, catalogue, destinations, treat, wake() {} });
  },
  async quarantine({ pool: db, appender, catalogue, now }) {
    const { quarantineRoutes } = await import('../quarantine/routes.ts');
    return quarantineRoutes({ db, appender, agencies: () => catalogue().agencies.asOf(now()) });
  },
  async dossiers({ pool: db, appender, catalogue, destinations, treat }) {
    const { dossierRoutes } = await import('../dossiers/routes.ts');
    const placement = { destinations: destinations.map(({ name }) => name), treat };
    return dossierRoutes({ db, appender, catalogue, placement });
  },
  async corrections({ appender }) {
    const { correctRoutes } = await import('../dossiers/correct-routes.ts');
    return correctRoutes({ appender });
  },
  async reconciliation({ pool, catalogue, profile, destinations, config, now }) {
    const { openReconciliation } = await import('../reconciliation/open.ts');
    // A list comes from this machine's own disk.
    const limits = { ...config, RECONCILE_EXPORT_BYTES_AT_MOST: Number.MAX_SAFE_INTEGER };
    return openReconciliation({ config: limits, pool, kept: { catalogue, profile }, destinations, now });
  },
  async catalogues({ pool: db, catalogue, connectors }) {
    const { catalogueListRoutes } = await import('../catalogue/sides/list-routes.ts');
    const { catalogueLookRoutes } = await import('../catalogue/sides/routes.ts');
    const { sidesOf } = await import('../catalogue/sides/sides.ts');
    const asked = connectors.filter((connector) => connector.catalogue !== undefined).map(({ name }) => name);
    const sides = sidesOf(db, () => asked);
    return [...catalogueLookRoutes({ db, catalogue, sides }), ...catalogueListRoutes({ db })];
  },
  async incidents({ pool, seal, catalogue, config, log, now }) {
    const { openIncidents } = await import('../incidents/open.ts');
    return (await openIncidents({ pool, seal, catalogue, config, log, now })).routes;
  },
  async evidence(place) {
    const { openEvidenceHere } = await import('./evidence.ts');
    return openEvidenceHere(place);
  },
  async reports({ pool: db, catalogue, destinations, profile, connectors, config }) {
    const { readAddressBook } = await import('../incidents/parties.ts');
    const { Press } = await import('../papers/press.ts');
    const { reconciliationReportRoutes } = await import('../reports/reconciliation-routes.ts');
    const { sender } = await readAddressBook(config.INCIDENT_PARTIES_FILE);
    const profileOf = (name: string) => (destinations.some((one) => one.name === name) ? profile(name) : null);
    return reconciliationReportRoutes({
      db,
      catalogue,
      destinations: () => destinations,
      profileOf,
      connectors,
      sender,
      print: new Press().print,
    });
  },
} satisfies Record<string, Opened>;

export type Subject = keyof typeof SUBJECTS;

export interface Asked {
  readonly subject: Subject;
  /** The operation's id. */
  readonly operation: string;
  readonly given: Given;
  readonly author: string;
  /** Where a file goes; by its own name unless told. */
  readonly output?: string;
}

/**
 * Does it and says what became of it: the answer as JSON, or the name of the file that was written.
 *
 * @throws GatewayError as the API would refuse it, CommandFault where there is no database or the file cannot be written
 */
export function handText(asked: Asked, env: Environment): Promise<string> {
  return withPlace(env, async (place) => {
    const routes = await SUBJECTS[asked.subject](place);
    const done = await carryOut(routes, asked.operation, asked.given, asked.author, place);
    if ('json' in done) {
      if (done.next !== null) process.stderr.write(`Còn nữa: --after ${done.next} / There is more: --after …\n`);
      return `${JSON.stringify(done.json, null, 2)}\n`;
    }
    const path = asked.output ?? done.fileName;
    const { content } = done;
    const source = typeof content === 'string' || Buffer.isBuffer(content) ? Readable.from([content]) : content;
    await pipeline(source, createWriteStream(path)).catch((error: NodeJS.ErrnoException) => {
      if (error.syscall !== 'open') throw error;
      throw new CommandFault(`Không ghi được tệp ${path} (${error.code}). / The file could not be written.`);
    });
    return `${path}\n`;
  });
}

/** The same for the program that runs: its environment, its output. */
export async function hand(asked: Asked): Promise<void> {
  process.stdout.write(await handText(asked, process.env));
}
