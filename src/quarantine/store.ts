/** @module What could not be applied: listed, tried again, discarded. One function per statement. */
import type { Queryable } from '../db/queryable.ts';
import type { EventCommand } from '../dossiers/commands.ts';

export interface QuarantineItem {
  readonly id: number;
  readonly at: number;
  readonly source: string;
  readonly reason: string;
  readonly detail: string;
  readonly dossierRef: string | null;
  readonly eventId: string | null;
  readonly command: EventCommand | null;
  readonly state: string;
}

const ITEM = 'id, at, source, reason, detail, dossier_ref as "dossierRef", event_id as "eventId", command, state';

export async function listQuarantine(db: Queryable, after: number, limit: number): Promise<QuarantineItem[]> {
  const { rows } = await db.query<QuarantineItem>(
    `select ${ITEM} from quarantine where state = 'open' and id > $1 order by id limit $2`,
    [after, limit],
  );
  return rows;
}

export async function findQuarantined(db: Queryable, id: number): Promise<QuarantineItem | null> {
  const { rows } = await db.query<QuarantineItem>(`select ${ITEM} from quarantine where id = $1 and state = 'open'`, [
    id,
  ]);
  return rows[0] ?? null;
}

/** Open items of one cause, oldest first, that can be tried again. */
export async function quarantinedOf(
  db: Queryable,
  cause: { readonly reason: string; readonly source: string | null },
  limit: number,
): Promise<QuarantineItem[]> {
  const { rows } = await db.query<QuarantineItem>(
    `select ${ITEM} from quarantine
     where state = 'open' and reason = $1 and ($2::text is null or source = $2) and command is not null order by id limit $3`,
    [cause.reason, cause.source, limit],
  );
  return rows;
}

/** @returns false where somebody closed it before. */
export async function closeQuarantined(
  db: Queryable,
  id: number,
  state: 'released' | 'discarded',
  by: string,
  reason: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update quarantine set state = $2, closed_at = now(), closed_by = $3, closed_reason = $4 where id = $1 and state = 'open'`,
    [id, state, by, reason],
  );
  return rowCount === 1;
}
