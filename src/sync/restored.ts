/** @module After the database was put back to an earlier state: nothing is sent before somebody has seen what the destination has that we have lost. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import { dayOf, isoDate } from '../deadlines/local-time.ts';
import { writeStop } from '../reconciliation/repairs.ts';
import { firstReceipt, insertRun } from '../reconciliation/store.ts';
import { writePause } from './gate.ts';

export interface Restored {
  readonly destination: string;
  /** Dossiers with something to send: each is asked about first, for it may have been sent before. */
  readonly asksFirst: number;
  /** Runs that name what the destination has and we have not: by its listing, and dossier by dossier. */
  readonly runs: readonly string[];
}

/** Stops sending and repairs at a destination, takes every delivery that was due or under way as unknown, and starts the comparison. */
export async function declareRestored(
  db: Queryable,
  destination: string,
  word: { readonly by: string; readonly reason: string; readonly now: number },
): Promise<Restored> {
  const { by, reason, now } = word;
  await writePause(db, destination, { since: now, by, reason, until: null });
  await writeStop(db, destination, { since: now, by, reason });
  const { rowCount } = await db.query(
    `update sync_state set unknown_since = ${at('$2')}, next_attempt_at = ${at('$2')}, attempts = 0,
       lease_token = null, lease_until = null, lease_from = null, lease_to = null, leased_by = null
     where destination = $1 and mode = 'send' and acked_seq < head_seq and blocked_reason is null`,
    [destination, now],
  );
  const from = await firstReceipt(db);
  const runs: string[] = [];
  if (from !== null) {
    const scope = { destination, agencyCode: null, procedureCode: null, from, to: isoDate(dayOf(now)) };
    const how = { repair: false, dryRun: true, requestedBy: by, now };
    runs.push(await insertRun(db, scope, how));
    // A listing tells no history: what is open, or was delivered of late, is asked about by its code.
    runs.push(await insertRun(db, scope, { ...how, way: 'by-code', extent: 'active' }));
  }
  return { destination, asksFirst: rowCount ?? 0, runs };
}
