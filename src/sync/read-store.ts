/** @module What operators and metrics read of the sync: figures per destination, what is blocked. */
import { within, withinEach } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';

export interface DestinationFigures {
  readonly behind: number;
  readonly retrying: number;
  readonly blocked: number;
  readonly unknown: number;
  readonly unverified: number;
  readonly inStep: number;
  /** Dossiers that are not sent, by mode. */
  readonly observed: number;
  readonly compared: number;
  readonly oldestUnacknowledgedAt: number | null;
  /** Dossiers paused here whose pause the destination has not acknowledged: "Tạm dừng chưa lên Cổng". */
  readonly pausesNotThere: number;
}

/** What is only observed is owed nothing. */
const SENT = `s.mode = 'send'`;

/** @param own codes of the agencies whose dossiers count; null: all */
export async function destinationFigures(
  db: Queryable,
  destination: string,
  own: readonly string[] | null,
): Promise<DestinationFigures> {
  const { rows } = await db.query<DestinationFigures>({
    name: 'destination-figures',
    text: `
      select
        (count(*) filter (where ${SENT} and s.acked_seq < s.head_seq and s.blocked_reason is null and s.attempts = 0 and s.unknown_since is null))::int as behind,
        (count(*) filter (where ${SENT} and s.acked_seq < s.head_seq and s.blocked_reason is null and (s.attempts > 0 or s.unknown_since is not null)))::int as retrying,
        (count(*) filter (where ${SENT} and s.blocked_reason is not null))::int as blocked,
        (count(*) filter (where ${SENT} and s.unknown_since is not null))::int as unknown,
        (count(*) filter (where ${SENT} and s.unverified))::int as unverified,
        (count(*) filter (where ${SENT} and s.acked_seq >= s.head_seq and s.blocked_reason is null))::int as "inStep",
        (count(*) filter (where s.mode = 'observe'))::int as observed,
        (count(*) filter (where s.mode = 'compare'))::int as compared,
        min(s.behind_since) filter (where ${SENT} and s.acked_seq < s.head_seq) as "oldestUnacknowledgedAt",
        (count(*) filter (where ${SENT} and s.acked_seq < s.head_seq and d.status = 'paused'))::int as "pausesNotThere"
      from sync_state s join dossier d on d.id = s.dossier_id
      where s.destination = $1 and ($2::text[] is null or ${withinEach('d.agencies', '$2')})`,
    values: [destination, own],
  });
  return rows[0]!;
}

export interface OutOfStepRow {
  readonly dossierCode: string;
  readonly agencyCode: string | null;
  readonly status: string;
  readonly pauseReason: string | null;
  readonly pausedSince: number | null;
  readonly behindSince: number | null;
  readonly ackedSeq: number;
  readonly headSeq: number;
  readonly attempts: number;
  readonly state: string;
  readonly lastError: string | null;
  readonly blockedReason: string | null;
}

/** What is out of step, longest first: the one question of level-triggered sync. */
export async function listOutOfStep(
  db: Queryable,
  destination: string,
  agencies: readonly string[],
  status: string | null,
  limit: number,
): Promise<OutOfStepRow[]> {
  const { rows } = await db.query<OutOfStepRow>(
    `select d.code as "dossierCode", d.agency_code as "agencyCode", d.status, d.pause_reason as "pauseReason", d.paused_since as "pausedSince",
       s.behind_since as "behindSince", s.acked_seq as "ackedSeq", s.head_seq as "headSeq", s.attempts,
       case when s.blocked_reason is not null then 'blocked' when s.attempts > 0 or s.unknown_since is not null then 'retrying' else 'behind' end as state,
       s.last_error as "lastError", s.blocked_reason as "blockedReason"
     from sync_state s join dossier d on d.id = s.dossier_id
     where s.destination = $1 and ${SENT} and s.acked_seq < s.head_seq and ($3::text is null or d.status = $3)
       and ${within('d.agencies', '$2')}
     order by s.behind_since nulls last limit $4`,
    [destination, agencies, status, limit],
  );
  return rows;
}
