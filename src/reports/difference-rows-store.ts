/** @module The very rows of a reconciliation report, and what stands at the destination of dossiers that it counts. One function per statement. */
import type { Queryable } from '../db/queryable.ts';
import { DIFFERENCE, type Difference } from '../reconciliation/difference-store.ts';
import type { Standing } from './reconciliation.ts';
import { CONCERNED, COUNTED, DIFFERENCE_KEY, kindOf, type Subject, valuesOf } from './reconciliation-store.ts';

const PAGE = 2_000;

/** A difference with where its dossier belongs. */
export interface ReportedDifference extends Difference {
  readonly receiving: string | null;
  readonly resolving: string | null;
  readonly procedureCode: string | null;
}

/** The very differences that `tallyDifferences` counts, page after page in the order of their ids. */
export async function* differencesOf(
  db: Queryable,
  subject: Subject,
  own: readonly string[],
  now: number,
): AsyncGenerator<ReportedDifference[]> {
  const of = kindOf(subject);
  for (let last = 0; ; ) {
    const { rows } = await db.query<ReportedDifference>(
      `select ${DIFFERENCE}, ${DIFFERENCE_KEY.receiving} as receiving, ${DIFFERENCE_KEY.resolving} as resolving, ${DIFFERENCE_KEY.procedure} as "procedureCode"
       from ${CONCERNED[of]} ${COUNTED} and $3::float8 is not null order by d.id limit ${PAGE}`,
      valuesOf(subject, own, now, last),
    );
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)!.id;
  }
}

/** What of these dossiers stands at a destination, by their ids. */
export async function standingOf(
  db: Queryable,
  destination: string,
  dossierIds: readonly number[],
): Promise<Map<number, Standing>> {
  const { rows } = await db.query<Standing & { id: number }>(
    `select o.id, coalesce(s.acked_seq < s.head_seq, true) as "isBehind",
       array(select d.kind from difference d where d.destination = $1 and d.dossier_code = o.code
         and d.state in ('confirmed', 'repairing', 'evidence', 'ignored')) as "openKinds"
     from dossier o left join sync_state s on s.dossier_id = o.id and s.destination = $1
     where o.id = any($2::bigint[])`,
    [destination, dossierIds],
  );
  return new Map(rows.map(({ id, isBehind, openKinds }) => [id, { isBehind, openKinds }]));
}
