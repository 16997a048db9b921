/** @module What could not be applied: listed, tried again, discarded. One function per statement. */
import { within } from '../agencies/within.ts';
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
  /** Those of the dossier that it names; null where it names none that is known here. */
  readonly agencies: string[] | null;
}

const ITEM =
  'q.id, q.at, q.source, q.reason, q.detail, q.dossier_ref as "dossierRef", q.event_id as "eventId", q.command, q.state, d.agencies';
const OPEN = "from quarantine q left join dossier d on d.code = q.dossier_ref where q.state = 'open'";

/** @param own codes of the agencies that count for the caller; what names no dossier that is known here is everybody's to see */
export async function listQuarantine(
  db: Queryable,
  {
    own,
    reason,
    after,
    limit,
  }: {
    readonly own: readonly string[];
    readonly reason: string | null;
    readonly after: number;
    readonly limit: number;
  },
): Promise<QuarantineItem[]> {
  const { rows } = await db.query<QuarantineItem>(
    `select ${ITEM} ${OPEN} and q.id > $1 and ($4::text is null or q.reason = $4) and (d.id is null or ${within('d.agencies', '$3')})
     order by q.id limit $2`,
    [after, limit, own, reason],
  );
  return rows;
}

export interface CountedCause {
  readonly cause: string;
  readonly source: string;
  readonly count: number;
  readonly retryable: number;
  /** Epoch milliseconds. */
  readonly oldestAt: number;
}

/** What waits, by cause and source, the most first. @param own codes of the agencies that count for the caller */
export async function countQuarantine(db: Queryable, own: readonly string[]): Promise<CountedCause[]> {
  const { rows } = await db.query<CountedCause>(
    `select q.reason as cause, q.source, count(*)::int as count, count(q.command)::int as retryable, min(q.at) as "oldestAt"
     ${OPEN} and (d.id is null or ${within('d.agencies', '$1')}) group by q.reason, q.source order by count desc, "oldestAt"`,
    [own],
  );
  return rows;
}

export async function findQuarantined(db: Queryable, id: number): Promise<QuarantineItem | null> {
  const { rows } = await db.query<QuarantineItem>(`select ${ITEM} ${OPEN} and q.id = $1`, [id]);
  return rows[0] ?? null;
}

/** Open items of one cause that the caller may see, oldest first, that can be tried again. */
export async function quarantinedOf(
  db: Queryable,
  cause: {
    readonly reason: string;
    readonly source: string | null;
    readonly own: readonly string[];
    /** Only those with a higher id. */
    readonly after: number;
  },
  limit: number,
): Promise<QuarantineItem[]> {
  const { rows } = await db.query<QuarantineItem>(
    `select ${ITEM} ${OPEN} and q.reason = $1 and ($2::text is null or q.source = $2) and q.command is not null
       and q.id > $5 and (d.id is null or ${within('d.agencies', '$4')}) order by q.id limit $3`,
    [cause.reason, cause.source, limit, cause.own, cause.after],
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
