/** @module What reports read, page after page: the dossiers that a period concerns. */
import { withinBoth } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import { factsOf } from '../dossiers/facts-column.ts';
import type { CountedDossier, ReportPeriod } from './decree-45.ts';

export interface ReportScope {
  /** Codes of the agencies that count for the caller. */
  readonly own: readonly string[];
  /** Codes of those that count for the agency asked for. */
  readonly agency: readonly string[] | null;
}

const PAGE = 5_000;

/**
 * Dossiers received before the period's end that had not ended before it began, in the order of their ids.
 *
 * @param after only those with a higher id
 */
export async function* dossiersOfPeriod(
  db: Queryable,
  { from, until }: ReportPeriod,
  { own, agency }: ReportScope,
  after = 0,
): AsyncGenerator<CountedDossier[]> {
  for (let last = after; ; ) {
    const { rows } = await db.query<CountedDossier>({
      name: 'decree-45-page',
      text: `
        select d.id, d.code, d.channel, d.procedure_code as "procedureCode", d.agency_code as "agencyCode", d.received_at as "receivedAt",
          d.limit_override as "limitOverride", ${factsOf('d')},
          coalesce((select bool_and(coalesce((c->>'digitised')::boolean, false)) from jsonb_array_elements(
            case jsonb_typeof(f.fields->'components') when 'array' then f.fields->'components' else '[]' end) as c), false) as "isDigitised"
        from dossier d left join dossier_fields f on f.dossier_id = d.id
        where d.id > $1 and d.received_at < to_timestamp($3::float8 / 1000) and (d.finished_at is null or d.finished_at >= to_timestamp($2::float8 / 1000))
          and d.superseded_by is null and not d.incomplete and ${withinBoth('d.agencies', '$5', '$4')}
        order by d.id limit ${PAGE}`,
      values: [last, from, until, own, agency],
    });
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)!.id;
  }
}
