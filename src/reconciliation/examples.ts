/** @module A run, two differences and an export that the document's examples name, for `npm start` and the tests. */
import type { Queryable } from '../db/queryable.ts';
import { EXAMPLE_CODE } from '../dossiers/examples.ts';

export const EXAMPLE_RUN = '00000000-0000-4000-8000-000000000001';

export const EXAMPLE_EXPORT = `Mã hồ sơ,Trạng thái,Ngày hẹn trả\n${EXAMPLE_CODE},Đang xử lý,31/03/2026\n`;

/** Plants them where they are not there yet. */
export async function plantReconciliationExamples(db: Queryable, destination: string): Promise<void> {
  await db.query(
    `insert into reconciliation_run (id, destination, agency_code, from_date, to_date, repair, dry_run, requested_by, state, way, compared, in_step, requested_at, finished_at)
     values ($1, $2, 'H15', '2026-03-10', '2026-03-10', false, true, 'operator', 'done', 'listing', 1, 0, '2026-03-20T08:00:00+07:00', '2026-03-20T08:00:05+07:00')
     on conflict do nothing`,
    [EXAMPLE_RUN, destination],
  );
  await db.query(
    `insert into difference (id, destination, kind, dossier_code, dossier_id, agencies, state, ours, theirs, head_seq, first_seen_at, last_seen_at, confirmed_at, run_id)
     select n, $2, kind, d.code, d.id, d.agencies, 'confirmed', ours::jsonb, theirs::jsonb, d.head_seq, at, at, at, $1::uuid
     from dossier d, (values (1, 'status-stale', '{"status":"4"}', '{"status":"2"}'), (2, 'portal-only-progress', null, '{"status":"4","count":1}')) as e (n, kind, ours, theirs),
       (select '2026-03-20T08:00:03+07:00'::timestamptz as at) as t
     where d.code = $3
     on conflict do nothing`,
    [EXAMPLE_RUN, destination, EXAMPLE_CODE],
  );
  await db.query(
    'insert into difference_sighting (run_id, difference_id) select $1, id from difference where run_id = $1 on conflict do nothing',
    [EXAMPLE_RUN],
  );
  await db.query(
    `insert into portal_export (id, destination, state, as_of, from_date, to_date, agency_code, client_id, created_at, touched_at, rows, tells)
     values (1, $1, 'ready', '2026-03-20T08:00:00+07:00', '2026-03-10', '2026-03-10', 'H15', 'operator', now(), now(), 1, '{code,status}') on conflict do nothing`,
    [destination],
  );
  await db.query("insert into portal_export_row (export_id, code, status) values (1, $1, '4') on conflict do nothing", [
    EXAMPLE_CODE,
  ]);
}
