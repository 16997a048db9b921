/** @module What a destination refuses, and its release by an operator. The words stand sealed, so that what shares them is found by reading them. */
import { within } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';

export interface BlockedRow {
  readonly dossierId: number;
  readonly dossierCode: string;
  readonly blockedAt: number;
  /** The destination's words. */
  readonly reason: string;
  readonly attempts: number;
}

/** @param own codes of the agencies whose dossiers count for the caller; longest blocked first */
export async function blockedOf(db: Queryable, destination: string, own: readonly string[]): Promise<BlockedRow[]> {
  const { rows } = await db.query<BlockedRow>(
    `select s.dossier_id as "dossierId", d.code as "dossierCode", s.blocked_at as "blockedAt", s.blocked_reason as reason, s.attempts
     from sync_state s join dossier d on d.id = s.dossier_id
     where s.destination = $1 and s.blocked_reason is not null and s.mode = 'send' and ${within('d.agencies', '$2')}
     order by s.blocked_at, s.dossier_id`,
    [destination, own],
  );
  return rows;
}

/** An operator's word: these may try again at once. @returns how many were still blocked */
export async function unblock(
  db: Queryable,
  destination: string,
  dossierIds: readonly number[],
  now: number,
): Promise<number> {
  const { rowCount } = await db.query(
    `update sync_state set blocked_reason = null, blocked_at = null, attempts = 0, next_attempt_at = to_timestamp($3::float8 / 1000)
     where destination = $1 and blocked_reason is not null and dossier_id = any($2::bigint[])`,
    [destination, dossierIds, now],
  );
  return rowCount ?? 0;
}
