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
  /** Dossiers paused here whose pause the destination acknowledged and does not show: the difference `pause-lost` stands. */
  readonly pausesLost: number;
}

/** What is only observed is owed nothing. */
const SENT = `s.mode = 'send'`;

/** Its dossier, looked up by its key: how few are out of step is nothing that the planner could know, and a join would read every dossier. */
const BY_KEY = 'lateral (select status, agencies from dossier where id = s.dossier_id limit 1) as d';

/**
 * Only what is out of step is looked at, by its indexes; how many there are besides is kept (`sync_total`), and what came since is counted.
 *
 * @param own codes of the agencies whose dossiers count; null: all
 */
export async function destinationFigures(
  db: Queryable,
  destination: string,
  own: readonly string[] | null,
): Promise<DestinationFigures> {
  const { rows: kept } = await db.query<{ to: number }>(
    'select coalesce(max(counted_to), 0) as to from sync_total where destination = $1',
    [destination],
  );
  const mine = own === null ? '$2::text[] is null' : withinEach('d.agencies', '$2');
  // Not prepared: how much came since it was counted decides how it is best counted.
  const { rows } = await db.query<DestinationFigures>(
    `with behind as materialized (
        select s.attempts > 0 or s.unknown_since is not null as tried, s.behind_since, d.status from sync_state s, ${BY_KEY}
        where s.destination = $1 and ${SENT} and s.acked_seq < s.head_seq and s.blocked_reason is null and ${mine}
      ), blocked as materialized (
        select s.acked_seq < s.head_seq as behind, s.behind_since, d.status from sync_state s, ${BY_KEY}
        where s.destination = $1 and ${SENT} and s.blocked_reason is not null and ${mine}
      ), known as (
        select mode, n from sync_total where destination = $1 and ($2::text[] is null or agencies && $2)
        union all
        select s.mode, count(*) from sync_state s ${own === null ? '' : 'join dossier d on d.id = s.dossier_id'}
        where s.destination = $1 and s.dossier_id > $3 and ${mine}
        group by s.mode
      ), total as (select mode, sum(n) as n from known group by mode)
      select
        (select count(*) filter (where not tried) from behind)::int as behind,
        (select count(*) filter (where tried) from behind)::int as retrying,
        (select count(*) from blocked)::int as blocked,
        (select count(*) from sync_state s, ${BY_KEY} where s.destination = $1 and ${SENT} and s.unknown_since is not null and ${mine})::int as unknown,
        (select count(*) from sync_state s, ${BY_KEY} where s.destination = $1 and ${SENT} and s.unverified and ${mine})::int as unverified,
        greatest(0, coalesce((select n from total where mode = 'send'), 0) - (select count(*) from behind) - (select count(*) from blocked))::int as "inStep",
        coalesce((select n from total where mode = 'observe'), 0)::int as observed,
        coalesce((select n from total where mode = 'compare'), 0)::int as compared,
        (select min(since) from (select behind_since as since from behind union all select behind_since from blocked where behind) as o) as "oldestUnacknowledgedAt",
        ((select count(*) from behind where status = 'paused') + (select count(*) from blocked where behind and status = 'paused'))::int as "pausesNotThere",
        (select count(*) from difference f join dossier p on p.id = f.dossier_id
           join sync_state o on o.dossier_id = f.dossier_id and o.destination = f.destination
         where f.destination = $1 and f.kind = 'pause-lost' and f.state not in ('found', 'repaired', 'closed') and p.status = 'paused'
           and o.mode = 'send' and o.acked_seq >= o.head_seq and ($2::text[] is null or ${withinEach('p.agencies', '$2')}))::int as "pausesLost"`,
    [destination, own, kept[0]!.to],
  );
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

export const OUT_OF_STEP = ['behind', 'retrying', 'blocked', 'unknown', 'unverified'] as const;

export interface OutOfStepFilter {
  /** Codes of the agencies that count for the caller. */
  readonly own: readonly string[];
  /** A status of the dossier. */
  readonly status: string | null;
  /** As the figures count them; null: whatever is not acknowledged. */
  readonly state: (typeof OUT_OF_STEP)[number] | null;
  readonly limit: number;
}

/** What is out of step, longest first: the one question of level-triggered sync. */
export async function listOutOfStep(
  db: Queryable,
  destination: string,
  { own, status, state, limit }: OutOfStepFilter,
): Promise<OutOfStepRow[]> {
  const { rows } = await db.query<OutOfStepRow>(
    `select d.code as "dossierCode", d.agency_code as "agencyCode", d.status, d.pause_reason as "pauseReason", d.paused_since as "pausedSince",
       s.behind_since as "behindSince", s.acked_seq as "ackedSeq", s.head_seq as "headSeq", s.attempts,
       case when s.blocked_reason is not null then 'blocked' when s.attempts > 0 or s.unknown_since is not null then 'retrying' else 'behind' end as state,
       s.last_error as "lastError", s.blocked_reason as "blockedReason"
     from sync_state s join dossier d on d.id = s.dossier_id
     where s.destination = $1 and ${SENT} and ($3::text is null or d.status = $3) and ${within('d.agencies', '$2')}
       and case $5::text when 'blocked' then s.blocked_reason is not null when 'unknown' then s.unknown_since is not null when 'unverified' then s.unverified
         when 'behind' then s.acked_seq < s.head_seq and s.blocked_reason is null and s.attempts = 0 and s.unknown_since is null
         when 'retrying' then s.acked_seq < s.head_seq and s.blocked_reason is null and (s.attempts > 0 or s.unknown_since is not null)
         else s.acked_seq < s.head_seq end
     order by s.behind_since nulls last limit $4`,
    [destination, own, status, limit, state],
  );
  return rows;
}
