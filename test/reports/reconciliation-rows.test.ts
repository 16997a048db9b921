/** @module The report of five thousand differences: held against SQL of its own, by every breakdown, and written out row by row a page at a time. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Queryable } from '../../src/db/queryable.ts';
import { insertIncident } from '../../src/incidents/store.ts';
import { toXlsx } from '../../src/papers/xlsx.ts';
import { differencesOf } from '../../src/reports/difference-rows-store.ts';
import { BREAKDOWNS, type Breakdown } from '../../src/reports/reconciliation.ts';
import { type ReportOrder, reportOf } from '../../src/reports/reconciliation-report.ts';
import type { Subject } from '../../src/reports/reconciliation-store.ts';
import { csvOf, differenceSheet, sheetsOf, tablesOf } from '../../src/reports/reconciliation-tables.ts';
import { catalogue } from '../support/catalogue.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { PORTAL } from '../support/timeline.ts';
import { bytesOf } from '../support/workbook.ts';

const N = 5_000;
const RUN = '00000000-0000-4000-8000-00000000a001';
const OWN = ['H15.12', 'H15.50', 'H15.51'];
const now = Date.parse('2026-04-20T09:00:00+07:00');
const MARCH = { from: Date.parse('2026-03-01T00:00:00+07:00'), until: Date.parse('2026-04-01T00:00:00+07:00') };

let database: TestDatabase;
/** The most rows that any statement gave at once. */
let most = 0;
let db: Queryable;

beforeAll(async () => {
  database = await testDatabase();
  const { pool } = database;
  db = {
    query: async (...asked: [string, unknown[]]) => {
      const answer = await pool.query(...asked);
      most = Math.max(most, answer.rows.length);
      return answer;
    },
  } as unknown as Queryable;
  // One dossier for each: received by a commune, every third resolved by the department.
  await pool.query(
    `insert into dossier (id, code, procedure_code, agency_code, agencies, channel, origin, status, head_seq, facts, received_at, created_at)
     select n, 'H15.50-260310-' || lpad(n::text, 5, '0'), case when n % 4 = 0 then '1.005129' else '2.000528' end, agency,
       array[agency] || case when n % 3 = 0 then array['H15.12'] else '{}' end, 'online', 'igate', 'processing', 1, '[]', '2026-03-10T08:00+07:00', now()
     from generate_series(1, ${N}) as n, lateral (select case when n % 2 = 0 then 'H15.50' else 'H15.51' end as agency) as a`,
  );
  await pool.query(
    `insert into dossier_fields (dossier_id, fields)
     select id, jsonb_build_object('routing', jsonb_build_object('receiving', agency_code, 'resolving', case when id % 3 = 0 then 'H15.12' else agency_code end)) from dossier`,
  );
  // First seen from 10 February on, one an hour and a half on average; of seven states in turn.
  await pool.query(
    `insert into difference (id, destination, kind, dossier_code, dossier_id, agencies, state, ours, theirs, first_seen_at, last_seen_at, confirmed_at, repaired_at)
     select d.id, '${PORTAL}', case d.id % 5 when 0 then 'pause-lost' when 1 then 'status-stale' when 2 then 'channel-differs' when 3 then 'agency-unknown' else 'portal-only-progress' end,
       d.code, d.id, d.agencies, state, '{"status":"6"}', null, seen, seen, seen, case when state = 'repaired' then seen + d.id % 40 * interval '1 day' end
     from dossier d, lateral (select (array['found','confirmed','repairing','repaired','repaired','evidence','ignored'])[1 + d.id % 7] as state,
       '2026-02-10T00:00+07:00'::timestamptz + d.id * interval '20 minutes' as seen) as s`,
  );
  await pool.query(
    `insert into reconciliation_run (id, destination, from_date, to_date, repair, dry_run, requested_by, state, requested_at) values ($1, '${PORTAL}', '2026-03-01', '2026-03-31', true, false, 'igate', 'done', '2026-03-05T22:00+07:00')`,
    [RUN],
  );
  await pool.query('insert into difference_sighting select $1, id from difference where id % 2 = 0', [RUN]);
  // Some were closed with their incident, in March.
  const facts = { number: 'SC-2026-0001', title: 'Cổng', by: 'igate', reason: 'Cổng đã khắc phục', now };
  const incident = await insertIncident(pool, facts);
  await pool.query("update incident set state = 'closed', closed_at = '2026-03-20T10:00+07:00'");
  await pool.query('insert into incident_difference select $1, id from difference where id % 35 = 5', [incident]);
  await pool.query("update difference set state = 'closed' where id % 35 = 5 and first_seen_at < '2026-03-20'");
});
afterAll(() => database.drop());

const subjectOf = (runId: string | null, agencies: readonly string[] | null = null): Subject => ({
  runId,
  destination: PORTAL,
  ...MARCH,
  agencies,
  procedureCode: null,
});
const order = (subject: Subject, by: Breakdown = 'receiving', own: readonly string[] = OWN): ReportOrder => ({
  subject,
  from: '2026-03-01',
  to: '2026-03-31',
  by,
  sums: { runs: 1, compared: N, inStep: 0, moving: 0, unchecked: 0 },
  seesAll: true,
  isOpen: true,
  own,
  now,
  signal: new AbortController().signal,
});
const report = (subject: Subject, by?: Breakdown, own?: readonly string[]) =>
  reportOf(db, catalogue, order(subject, by, own));
const one = async (sql: string): Promise<number> =>
  Number(
    (
      await database.pool.query<{ n: string }>(
        `select count(*) as n from difference d join dossier o on o.id = d.dossier_id where d.state <> 'found' and ${sql}`,
      )
    ).rows[0]!.n,
  );

const IN_MARCH = (time: string): string => `${time} >= '2026-03-01T00:00+07:00' and ${time} < '2026-04-01T00:00+07:00'`;
const CLOSED = "d.state = 'closed'";

it('tells of a period what was open before, found, repaired, closed and open at its end, as SQL counts it', async () => {
  const { total, kinds, open } = await report(subjectOf(null));
  const before =
    "d.first_seen_at < '2026-03-01T00:00+07:00' and (d.repaired_at is null or d.repaired_at >= '2026-03-01T00:00+07:00')";
  const stands = `d.first_seen_at < '2026-04-01T00:00+07:00' and (d.repaired_at is null or d.repaired_at >= '2026-04-01T00:00+07:00') and not ${CLOSED}`;
  expect(total).toMatchObject({
    openBefore: await one(before),
    found: await one(IN_MARCH('d.first_seen_at')),
    repaired: await one(IN_MARCH('d.repaired_at')),
    closed: await one(CLOSED),
    open: await one(stands),
    evidence: await one(`${stands} and d.state = 'evidence'`),
    ignored: await one(`${stands} and d.state = 'ignored'`),
  });
  for (const counts of [total, ...kinds]) {
    expect(counts.repaired).toBeGreaterThan(0);
    expect(counts.openBefore + counts.found).toBe(counts.repaired + counts.closed + counts.open);
  }
  const byAge = open.flatMap((owner) => owner.byAge.map(({ count }) => count));
  expect(byAge.reduce((sum, n) => sum + n, 0)).toBe(total.open);
  const old = open.map((owner) => owner.byAge.at(-1)!.count).reduce((sum, n) => sum + n, 0);
  expect(old).toBe(
    await one(`${stands} and d.first_seen_at <= '2026-04-01T00:00+07:00'::timestamptz - interval '30 days'`),
  );
  expect(open.find(({ owner }) => owner === 'other-writer')!.byAge.reduce((sum, { count }) => sum + count, 0)).toBe(
    await one(`${stands} and d.kind = 'portal-only-progress'`),
  );
});

const KEYS: Readonly<Record<Breakdown, string>> = {
  receiving: 'o.agency_code',
  resolving: "case when o.id % 3 = 0 then 'H15.12' else o.agency_code end",
  procedure: 'o.procedure_code',
};
it.each(BREAKDOWNS)('is broken down by %s so that the parts are the whole', async (by) => {
  const { groups, total } = await report(subjectOf(RUN), by);
  for (const { key, found } of groups) expect(found, key!).toBe(await one(`d.id % 2 = 0 and ${KEYS[by]} = '${key}'`));
  expect(groups.reduce((sum, { found }) => sum + found, 0)).toBe(total.found);
  expect(total.found).toBe(await one('d.id % 2 = 0'));
  expect(groups.length).toBe({ receiving: 1, resolving: 2, procedure: 2 }[by]);
});

it('is for an agency what its dossiers are, and for a caller no more than its own', async () => {
  const { total } = await report(subjectOf(RUN, ['H15.12']), 'resolving');
  expect(total.found).toBe(await one("d.id % 2 = 0 and d.agencies @> '{H15.12}'"));
  expect((await report(subjectOf(RUN), 'receiving', ['H15.12'])).total.found).toBe(total.found);
  expect((await report(subjectOf(RUN), 'receiving', ['H15.99'])).total.found).toBe(0);
});

describe('every difference of it', () => {
  const sheetOf = (subject: Subject) =>
    differenceSheet({ pages: differencesOf(db, subject, OWN, now), catalogue, codeName: (code) => `mã ${code}`, now });

  it.each([
    ['a run', RUN],
    ['a period', null],
  ])('of %s stands in the CSV once, and no statement reads more than a page', async (_, runId) => {
    most = 0;
    const subject = subjectOf(runId);
    let text = '';
    for await (const piece of csvOf(sheetOf(subject))) text += piece.toString();
    const [head, ...lines] = text.trim().split('\r\n');
    const { total } = await report(subject);
    expect(lines.length).toBe(total.openBefore + total.found);
    expect(new Set(lines.map((line) => line.split(',')[1])).size).toBe(lines.length);
    expect(head).toContain('Mã hồ sơ,Loại sai lệch,Mức độ,Thuộc về');
    expect(lines.filter((line) => line.includes('Tạm dừng không có trên Cổng')).length).toBeGreaterThan(100);
    expect(lines[0]).toContain('trạng thái: 6 – mã 6');
    expect(most).toBeLessThanOrEqual(2_000);
  });

  it('stands in the workbook after the figures, whose totals it adds up to', async () => {
    const subject = subjectOf(RUN);
    const counted = await report(subject, 'resolving');
    const file = await bytesOf(toXlsx(sheetsOf(counted, sheetOf(subject))));
    expect(file.subarray(0, 2).toString()).toBe('PK');
    let rows = 0;
    for await (const _ of sheetOf(subject).rows) rows++;
    expect(rows).toBe(counted.total.found);
  });
});

it('tells what was compared of each agency and procedure, to each caller what is theirs to know', async () => {
  await database.pool.query(
    `insert into reconciliation_run_sum values ($1, 'receiving', 'H15.50', 9, 8, 1), ($1, 'receiving', 'H15.51', 5, 5, 0), ($1, 'procedure', '1.005129', 14, 13, 1)`,
    [RUN],
  );
  const comparedBy = async (by: Breakdown, own: readonly string[], seesAll = true) => {
    const { groups } = await reportOf(db, catalogue, { ...order(subjectOf(RUN), by, own), seesAll });
    return Object.fromEntries(groups.map(({ key, compared, inStep, moving }) => [key, [compared, inStep, moving]]));
  };
  expect(await comparedBy('receiving', OWN)).toMatchObject({ 'H15.50': [9, 8, 1], 'H15.51': [5, 5, 0] });
  const theirs = await comparedBy('receiving', ['H15.50'], false);
  expect(theirs).toMatchObject({ 'H15.50': [9, 8, 1] });
  expect(theirs).not.toHaveProperty(['H15.51']);
  expect(await comparedBy('procedure', OWN)).toMatchObject({ '1.005129': [14, 13, 1], '2.000528': [0, 0, 0] });
  expect(await comparedBy('procedure', ['H15.50'], false)).toMatchObject({ '1.005129': [null, null, null] });
  expect(await comparedBy('resolving', OWN)).toMatchObject({ 'H15.50': [null, null, null] });
  const lines = tablesOf(await report(subjectOf(RUN))).at(-1)!;
  expect(lines.head.slice(-3)).toEqual(['Đã đối chiếu', 'Khớp', 'Đang đồng bộ']);
  expect(lines.rows.find(([code]) => code === 'H15.51')!.slice(-3)).toEqual([5, 5, 0]);
});
