/** @module The append's SQL for the sync: heads raised, rows of adopted dossiers, rows of superseded ones ended. */
import { columnsOf } from '../db/columns.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Head } from '../sync/heads.ts';
import type { AdoptedRow } from './adoption.ts';

const at = (column: string): string => `to_timestamp(${column} / 1000.0)`;

/**
 * Raises the head of each destination. A new status keeps a block and the back-off (the cause of the refusal is still there);
 * corrected fields or a voided entry reset both. What a destination itself has shown is not owed to it. Rows that are
 * observed are looked at from `lookAt` on.
 */
export function raiseHeads(
  db: Queryable,
  heads: readonly Head[],
  { now, lookAt, corrected }: { now: number; lookAt: number; corrected: boolean },
): Promise<unknown> {
  return db.query({
    name: 'raise-heads',
    text: `
      insert into sync_state as s (destination, dossier_id, head_seq, acked_seq, exists_there, mode, mode_since, next_attempt_at, behind_since, verify_at)
      select r.destination, r.id, r."headSeq", case when r."allSeenThere" then r."headSeq" else 0 end, r."seenThere" or r."allSeenThere", r.mode, ${at('$1::float8')}, ${at('$1::float8')},
        case when r.mode = 'send' and not r."allSeenThere" then ${at('$1::float8')} end, case when r.mode <> 'send' or r."allSeenThere" then ${at('$2::float8')} end
      from unnest($4::bigint[], $5::int[], $6::text[], $7::text[], $8::boolean[], $9::boolean[]) as r (id, "headSeq", destination, mode, "seenThere", "allSeenThere")
      on conflict (destination, dossier_id) do update set
        head_seq = greatest(s.head_seq, excluded.head_seq),
        acked_seq = case when excluded.exists_there and s.acked_seq >= s.head_seq then greatest(s.acked_seq, excluded.head_seq) else s.acked_seq end,
        exists_there = s.exists_there or excluded.exists_there,
        behind_since = case when s.mode <> 'send' then null when s.acked_seq < s.head_seq or excluded.exists_there then s.behind_since else excluded.next_attempt_at end,
        next_attempt_at = case when s.unknown_since is null and (s.acked_seq >= s.head_seq or $3) then excluded.next_attempt_at else s.next_attempt_at end,
        verify_at = case when s.mode = 'send' then s.verify_at else least(s.verify_at, ${at('$2::float8')}) end,
        attempts = case when $3 then 0 else s.attempts end,
        blocked_reason = case when $3 then null else s.blocked_reason end,
        blocked_at = case when $3 then null else s.blocked_at end`,
    values: [
      now,
      lookAt,
      corrected,
      ...columnsOf(
        heads,
        ({ id }) => id,
        ({ headSeq }) => headSeq,
        ({ destination }) => destination,
        ({ mode }) => mode,
        ({ seenThere }) => seenThere,
        ({ allSeenThere }) => allSeenThere,
      ),
    ],
  });
}

/**
 * Rows of adopted dossiers. One that was there already has its own history with the destination: what is new of it counts
 * as told, and it stays in step where it was.
 */
export function adoptHeads(
  db: Queryable,
  rows: readonly (AdoptedRow & Pick<Head, 'mode'>)[],
  { now, lookAt }: { now: number; lookAt: number },
): Promise<unknown> {
  return db.query({
    name: 'adopt-heads',
    text: `
      insert into sync_state as s (destination, dossier_id, head_seq, acked_seq, believed_seqs, sent_seqs, exists_there, next_attempt_at,
        mode, mode_since, behind_since, unknown_since, verify_at, seen_at, seen_status, seen_appointment_at)
      select destination, id, "headSeq", "ackedSeq", "believedSeqs", "believedSeqs", "existsThere", ${at('$2::float8')},
        mode, ${at('$2::float8')}, case when "ackedSeq" < "headSeq" and mode = 'send' then ${at('$2::float8')} end, ${at('"unknownSince"')},
        case when mode <> 'send' then ${at('$3::float8')} end, ${at('"seenAt"')}, "seenStatus", ${at('"seenAppointmentAt"')}
      from json_to_recordset($1::json) as r (destination text, id bigint, "headSeq" int, "ackedSeq" int, "believedSeqs" int[], "existsThere" boolean,
        "unknownSince" float8, mode text, "seenAt" float8, "seenStatus" text, "seenAppointmentAt" float8)
      on conflict (destination, dossier_id) do update set
        head_seq = greatest(s.head_seq, excluded.head_seq),
        acked_seq = case when s.acked_seq >= s.head_seq then greatest(s.acked_seq, excluded.acked_seq) else s.acked_seq end,
        behind_since = case when s.mode <> 'send' then null when s.acked_seq < s.head_seq then s.behind_since else excluded.behind_since end,
        next_attempt_at = case when s.acked_seq >= s.head_seq then excluded.next_attempt_at else s.next_attempt_at end,
        believed_seqs = s.believed_seqs || excluded.believed_seqs, sent_seqs = s.sent_seqs || excluded.believed_seqs`,
    values: [JSON.stringify(rows), now, lookAt],
  });
}

/** A superseded dossier is nobody's to send any more. */
export function endSync(db: Queryable, dossierId: number): Promise<unknown> {
  return db.query('delete from sync_state where dossier_id = $1', [dossierId]);
}
