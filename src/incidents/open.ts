/** @module The incidents of an installation: its address book, its routes, and the clocks that somebody has to watch. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Route } from '../http/route.ts';
import type { Log } from '../log.ts';
import type { WorkerPart } from '../worker.ts';
import { incidentActRoutes } from './act-routes.ts';
import { incidentClock } from './clock.ts';
import { type AddressBook, readAddressBook } from './parties.ts';
import { incidentRoutes } from './routes.ts';

export interface IncidentsOptions {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly catalogue: () => Catalogue;
  readonly config: {
    readonly INCIDENT_PARTIES_FILE?: string | undefined;
    readonly INCIDENT_NUMBER_PREFIX: string;
    readonly INCIDENT_ATTACHMENT_BYTES_AT_MOST: number;
  };
  readonly log: Log;
  readonly now: () => number;
}

export interface Incidents {
  readonly addressBook: AddressBook;
  readonly routes: readonly Route[];
  readonly parts: readonly WorkerPart[];
}

/** @throws Error that names the address book where it can't be read */
export async function openIncidents({ pool, seal, catalogue, config, log, now }: IncidentsOptions): Promise<Incidents> {
  const addressBook = await readAddressBook(config.INCIDENT_PARTIES_FILE);
  const deps = {
    pool,
    seal,
    catalogue,
    addressBook,
    prefix: config.INCIDENT_NUMBER_PREFIX,
    attachmentBytesAtMost: config.INCIDENT_ATTACHMENT_BYTES_AT_MOST,
  };
  return {
    addressBook,
    routes: [...incidentRoutes(deps), ...incidentActRoutes(deps)],
    parts: [incidentClock({ db: pool, log, now })],
  };
}
