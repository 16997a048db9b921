/** @module A look, a difference and a list that the document's examples name, for `npm start` and the tests. */
import type { Queryable } from '../../db/queryable.ts';

export const EXAMPLE_LOOK = '00000000-0000-4000-8000-000000000002';
export const EXAMPLE_DIFFERENCE = 1;
export const EXAMPLE_LIST = 1;

export const EXAMPLE_LIST_BODY =
  'Mã TTHC,Tên TTHC,Thời hạn giải quyết,Mức thu\n1.001699,Xác định mức độ khuyết tật,25 ngày làm việc,Không\n';

const AT = '2026-03-20T05:30:00+07:00';

/** Plants them where they are not there yet. */
export async function plantCatalogueExamples(db: Queryable): Promise<void> {
  await db.query(
    `insert into catalogue_look (id, looked_on, requested_by, requested_at, finished_at) values ($1, '2026-03-20', 'gateway', $2, $2) on conflict do nothing`,
    [EXAMPLE_LOOK, AT],
  );
  await db.query(
    `insert into catalogue_look_part (look_id, part, state, due_at, attempts, compared, found, began, finished_at)
     select $1, 'dossiers', 'done', $2, 1, 0, 0, 0, $2 where exists (select from catalogue_look where id = $1) on conflict do nothing`,
    [EXAMPLE_LOOK, AT],
  );
  await db.query(
    `insert into catalogue_difference (id, side, subject, code, kind, state, ours, theirs, way, as_of, since, last_seen_at)
     values ($1, 'social-policy', 'procedure', '1.001699', 'limit-differs', 'open', '25 ngày làm việc', '22 ngày làm việc', 'list', $2, $2, $2) on conflict do nothing`,
    [EXAMPLE_DIFFERENCE, AT],
  );
  await db.query(
    `insert into catalogue_list (id, side, kind, covers, as_of, rows, tells, faults, unread, ignored_columns, client_id, created_at)
     values ($1, 'social-policy', 'procedures', 'listed', $2, $3, '{code,name,limit}', '[]', 0, '{}', 'operator', $2) on conflict do nothing`,
    [
      EXAMPLE_LIST,
      AT,
      JSON.stringify([
        {
          code: '1.001699',
          name: 'Xác định mức độ khuyết tật',
          sector: null,
          limit: { amount: 22, unit: 'working-day' },
          fees: null,
          unread: [],
        },
      ]),
    ],
  );
}
