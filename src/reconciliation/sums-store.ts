/** @module The SQL of what a run compared by agency and procedure: it is kept in the statement that advances the run, so that each dossier counts once. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import { type ComparedOf, type DayResult, PARTS, type Part } from './sums.ts';

/** What follows `with advanced as (…, returning id)`: parameter 2 holds the sums. */
export const KEEP_SUMS = `
  kept as (
    insert into reconciliation_run_sum as s (run_id, part, code, compared, in_step, moving)
    select a.id, g.part, g.code, g.compared, g."inStep", g.moving
    from advanced a, json_to_recordset($2::json) as g (part text, code text, compared int, "inStep" int, moving int)
    on conflict (run_id, part, code) do update set
      compared = s.compared + excluded.compared, in_step = s.in_step + excluded.in_step, moving = s.moving + excluded.moving
  )
  select count(*)::int as n from advanced`;

/** Sums as that parameter takes them. */
export const sumsText = ({ groups }: DayResult): string =>
  JSON.stringify(PARTS.flatMap((part) => [...groups[part]].map(([code, sums]) => ({ part, code, ...sums }))));

export interface SumsAsked {
  /** Null for the runs that were asked for in the period. */
  readonly runId: string | null;
  readonly destination: string;
  readonly from: number;
  readonly until: number;
  /** Of a period: the runs about these agencies alone; null: those of all, and of the caller's own. */
  readonly agencies: readonly string[] | null;
}

/** By code, empty where the dossiers name none. @param own codes of the agencies that count for the caller */
export async function readSums(
  db: Queryable,
  { runId, destination, from, until, agencies }: SumsAsked,
  part: Part,
  own: readonly string[],
): Promise<ReadonlyMap<string, ComparedOf>> {
  const { rows } = await db.query<ComparedOf & { code: string }>(
    `select s.code, sum(s.compared)::int as compared, sum(s.in_step)::int as "inStep", sum(s.moving)::int as moving
     from reconciliation_run r join reconciliation_run_sum s on s.run_id = r.id
     where s.part = $2 and case when $1::uuid is not null then r.id = $1
       else r.destination = $3 and r.requested_at >= ${at('$4')} and r.requested_at < ${at('$5')}
         and case when $6::text[] is not null then r.agency_code = any($6) else r.agency_code is null or r.agency_code = any($7::text[]) end end
       and ($2 = 'procedure' or s.code = any($7::text[]))
     group by s.code`,
    [runId, part, destination, from, until, agencies, own],
  );
  return new Map(rows.map(({ code, ...sums }) => [code, sums]));
}
