/** @module The report's figures counted once more by SQL over the timeline alone, written apart from the report's code. */
import type pg from 'pg';

/** Counts by name; the appointment is the last one that the timeline tells, the end its first ending entry. */
export async function figuresBySql(database: pg.Pool, from: string, to: string): Promise<Record<string, number>> {
  const { rows } = await database.query<Record<string, number>>(
    `
    with bounds as (
      select ($1 || 'T00:00:00+07:00')::timestamptz as since, ($2 || 'T00:00:00+07:00')::timestamptz + interval '1 day' as until
    ), story as (
      select e.dossier_id,
        min(e.occurred_at) filter (where e.status = 'accepted') as received,
        min(e.occurred_at) filter (where e.status in ('completed', 'returned', 'withdrawn', 'stopped', 'rejected')) as ended,
        (array_agg(e.body->>'appointmentAt' order by e.seq desc) filter (where e.kind = 'appointment'))[1]::float8 as due_ms,
        (array_agg(e.status order by e.occurred_at desc, e.seq desc) filter (where e.kind = 'status'))[1] as last_status,
        (array_agg(e.pause_reason order by e.occurred_at desc, e.seq desc) filter (where e.kind = 'status'))[1] as last_reason,
        max(e.occurred_at) filter (where e.kind = 'status') as last_at
      from timeline_entry e group by e.dossier_id
    ), judged as (
      select s.*, to_timestamp(s.due_ms / 1000) as due, d.channel, s.received >= b.since as is_of_period,
        s.ended >= b.since and s.ended < b.until as is_resolved, s.ended is null or s.ended >= b.until as is_open, b.since, b.until,
        (select bool_and((c->>'digitised')::boolean) from dossier_fields f, jsonb_array_elements(f.fields->'components') c where f.dossier_id = s.dossier_id) as is_digitised,
        case when s.last_status = 'paused' and s.last_reason <> 'consultation' then s.last_at else b.until end as judged_at
      from story s join dossier d on d.id = s.dossier_id cross join bounds b
      where s.received < b.until and (s.ended is null or s.ended >= b.since)
    )
    select
      count(*) filter (where not is_of_period)::int as "openBefore",
      count(*) filter (where is_of_period)::int as received,
      count(*) filter (where is_of_period and channel = 'online')::int as "receivedOnline",
      count(*) filter (where is_of_period and channel <> 'online')::int as "receivedInPersonOrPost",
      count(*) filter (where is_resolved)::int as resolved,
      count(*) filter (where is_resolved and is_of_period)::int as "resolvedOfPeriod",
      count(*) filter (where is_resolved and not is_of_period)::int as "resolvedOfEarlierPeriod",
      count(*) filter (where is_resolved and ended <= due)::int as "resolvedOnTime",
      count(*) filter (where is_resolved and ended > due)::int as "resolvedLate",
      count(*) filter (where is_open and is_of_period)::int as "inProgress",
      count(*) filter (where is_open and is_of_period and judged_at <= due)::int as "inProgressOnTime",
      count(*) filter (where is_open and is_of_period and judged_at > due)::int as "inProgressLate",
      count(*) filter (where is_open and not is_of_period)::int as "inProgressOfEarlierPeriod",
      round(100.0 * count(*) filter (where is_of_period and channel = 'online') / nullif(count(*) filter (where is_of_period), 0), 1)::float8 as "onlinePercent",
      round(100.0 * count(*) filter (where is_of_period and is_digitised) / nullif(count(*) filter (where is_of_period), 0), 1)::float8 as "digitisedPercent"
    from judged`,
    [from, to],
  );
  return rows[0]!;
}
