/** @module The append's SQL for the sync: heads raised, rows of adopted dossiers, rows of superseded ones ended. */
import type { Queryable } from '../db/queryable.ts';
import type { AdoptedRow } from './adoption.ts';
import type { DossierState } from './state.ts';

const at = (column: string): string => `to_timestamp(${column} / 1000.0)`;

/**
 * Raises the head of each destination. A new status keeps a block and the back-off (the cause of the refusal is still there);
 * corrected fields or a voided entry reset both.
 */
export function raiseHeads(
  db: Queryable,
  destinations: readonly string[],
  states: readonly Pick<DossierState, 'id' | 'headSeq'>[],
  now: number,
  corrected: boolean,
): Promise<unknown> {
  return db.query({
    name: 'raise-heads',
    text: `
      insert into sync_state as s (destination, dossier_id, head_seq, next_attempt_at, behind_since)
      select d.name, r.id, r."headSeq", ${at('$3::float8')}, ${at('$3::float8')}
      from json_to_recordset($1::json) as r (id bigint, "headSeq" int) cross join unnest($2::text[]) as d (name)
      on conflict (destination, dossier_id) do update set
        head_seq = greatest(s.head_seq, excluded.head_seq),
        behind_since = case when s.acked_seq < s.head_seq then s.behind_since else excluded.behind_since end,
        next_attempt_at = case when s.unknown_since is null and (s.acked_seq >= s.head_seq or $4) then excluded.next_attempt_at else s.next_attempt_at end,
        attempts = case when $4 then 0 else s.attempts end,
        blocked_reason = case when $4 then null else s.blocked_reason end,
        blocked_at = case when $4 then null else s.blocked_at end`,
    values: [JSON.stringify(states.map(({ id, headSeq }) => ({ id, headSeq }))), destinations, now, corrected],
  });
}

/**
 * Rows of adopted dossiers. One that was there already has its own history with the destination: what is new of it counts
 * as told, and it stays in step where it was.
 */
export function adoptHeads(db: Queryable, rows: readonly AdoptedRow[], now: number): Promise<unknown> {
  return db.query({
    name: 'adopt-heads',
    text: `
      insert into sync_state as s (destination, dossier_id, head_seq, acked_seq, believed_seqs, sent_seqs, exists_there, next_attempt_at,
        behind_since, unknown_since, seen_at, seen_status, seen_appointment_at)
      select destination, id, "headSeq", "ackedSeq", "believedSeqs", "believedSeqs", "existsThere", ${at('$2::float8')},
        case when "ackedSeq" < "headSeq" then ${at('$2::float8')} end, ${at('"unknownSince"')}, ${at('"seenAt"')}, "seenStatus", ${at('"seenAppointmentAt"')}
      from json_to_recordset($1::json) as r (destination text, id bigint, "headSeq" int, "ackedSeq" int, "believedSeqs" int[], "existsThere" boolean,
        "unknownSince" float8, "seenAt" float8, "seenStatus" text, "seenAppointmentAt" float8)
      on conflict (destination, dossier_id) do update set
        head_seq = greatest(s.head_seq, excluded.head_seq),
        acked_seq = case when s.acked_seq >= s.head_seq then greatest(s.acked_seq, excluded.acked_seq) else s.acked_seq end,
        behind_since = case when s.acked_seq < s.head_seq then s.behind_since else excluded.behind_since end,
        next_attempt_at = case when s.acked_seq >= s.head_seq then excluded.next_attempt_at else s.next_attempt_at end,
        believed_seqs = s.believed_seqs || excluded.believed_seqs, sent_seqs = s.sent_seqs || excluded.believed_seqs`,
    values: [JSON.stringify(rows), now],
  });
}

/** A superseded dossier is nobody's to send any more. */
export function endSync(db: Queryable, dossierId: number): Promise<unknown> {
  return db.query('delete from sync_state where dossier_id = $1', [dossierId]);
}
