/** @module The incident that a caller names, with its rights checked. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import { findIncident, type Incident, lockOpen } from './store.ts';

/** @throws GatewayError not-found, also where a dossier of it is not the caller's */
export async function foundFor(
  db: Queryable,
  catalogue: Catalogue,
  number: string,
  { caller, now }: { caller: Caller; now: number },
): Promise<Incident> {
  const incident = await findIncident(db, number, catalogue.agencies.asOf(now).codesUnder(caller.agencies));
  if (incident === null)
    fail('not-found', { detail: `No incident ${number}`, detailVi: `Không có sự cố số ${number}` });
  return incident;
}

/** Locks it, so that nothing is noted on a case that is closed meanwhile. @throws GatewayError conflict where it is */
export async function lockedOpen(client: Queryable, { id, number }: Incident): Promise<void> {
  if (!(await lockOpen(client, id)))
    fail('conflict', {
      detail: `${number} is closed: open a new incident.`,
      detailVi: `Sự cố ${number} đã đóng: hãy mở sự cố mới.`,
    });
}
