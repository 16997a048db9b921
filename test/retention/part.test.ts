import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAudit } from '../../src/audit/record.ts';
import { loadConfig } from '../../src/config.ts';
import { KINDS } from '../../src/retention/kinds.ts';
import { Retention } from '../../src/retention/part.ts';
import { DAY } from '../../src/units.ts';
import { at } from '../support/commands.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { testSeal } from '../support/seal.ts';
import { silent } from '../support/timeline.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** Removed by tests of their own. */
const UNTOUCHED = new Set(['changes', 'client-assertions', 'revocations']);

const NOW = at('06-01T09:00');
const retention = (by?: { author: string; reason: string }): Retention =>
  new Retention({
    db: database.pool,
    audit: createAudit(database.pool, { targetKey: 'a key of the tests, long enough for it', seal: testSeal }),
    days: loadConfig({ CHANGES_KEPT_DAYS: '30' }),
    log: silent,
    now: () => NOW,
    ...(by && { by }),
  });
const left = async () =>
  (
    await database.pool.query<{ left: number; first: number | null; removedTo: number }>(
      'select count(*)::int as left, min(pos) as first, (select removed_to from feed_mark) as "removedTo" from change',
    )
  ).rows[0];

it('removes what was kept for its time and nothing younger, page by page, whoever runs it', async () => {
  // 12,000 changes, one every ten minutes up to now: the last 30 days are 4,320 of them.
  await database.pool.query(
    `insert into change (kind, type, occurred_at, at)
     select 'alert', 'overdue', t, t from generate_series(1, 12000) as n, lateral (select to_timestamp($1::float8 / 1000) - (12000 - n) * interval '10 minutes' as t)
     order by n`,
    [NOW],
  );
  await Promise.all([retention().run(), retention().run()]);
  expect(await left()).toEqual({ left: 4_321, first: 7_680, removedTo: 7_679 });
  await retention().run();
  expect(await left()).toEqual({ left: 4_321, first: 7_680, removedTo: 7_679 });
});

it('remembers how far it went also when nothing is left', async () => {
  await database.pool.query('update change set at = to_timestamp($1::float8 / 1000)', [NOW - 31 * DAY]);
  await retention().run();
  expect(await left()).toEqual({ left: 0, first: null, removedTo: 12_000 });
});

it('every kind goes when its time has come and not before, and the audit tells how much of what, by whom and why', async () => {
  const days = (n: number): Date => new Date(NOW - n * DAY);
  const { pool } = database;
  for (const n of [395, 397]) {
    await pool.query(
      `insert into exchange_log (at, direction, system, operation, body) values ($1, 'in', 'igate', 'x', 'x')`,
      [days(n)],
    );
    await pool.query(
      `insert into delivery_attempt (at, destination, dossier_id, from_seq, to_seq, attempt, outcome) values ($1, 'p', 1, 1, 1, 1, 'x')`,
      [days(n)],
    );
    await pool.query(
      `insert into exchange (id, provider, dossier_id, dossier_code, kind, state, submission, created_at, changed_at) values ($1, 'p', 1, $1, 'k', 'ended', 'x', $2, $2)`,
      [`e-${n}`, days(n)],
    );
  }
  for (const n of [29, 31])
    await pool.query(
      `insert into broken_answer (at, connector, operation, words, answer) values ($1, 'c', 'o', 'w', 'x')`,
      [days(n)],
    );
  for (const n of [89, 91])
    await pool.query(
      `insert into import (mode, state, client_id, agencies, created_at, touched_at, finished_at) values ('adopt', 'done', 'c', '{}', $1, $1, $1)`,
      [days(n)],
    );
  for (const n of [29, 31])
    await pool.query(
      `insert into portal_export (destination, state, as_of, from_date, to_date, agency_code, client_id, created_at, touched_at) values ('p', 'ready', $1, '2026-03-10', '2026-03-10', 'H15', 'c', $1, $1)`,
      [days(n)],
    );
  for (const n of [395, 397])
    await pool.query(
      `insert into catalogue_list (side, kind, covers, as_of, rows, tells, faults, unread, ignored_columns, client_id, created_at) values ('s', 'agencies', 'listed', $1, '[]', '{}', '[]', 0, '{}', 'c', $1)`,
      [days(n)],
    );
  for (const n of [395, 397])
    await pool.query(
      `insert into witnessed_exchange (destination, dossier_code, at, operation, outcome, request) values ('p', 'd', $1, 'o', 'x', 'x')`,
      [days(n)],
    );
  for (const n of [179, 181, null])
    await pool.query(`insert into quarantine (source, reason, detail, closed_at) values ('s', 'unreadable', 'd', $1)`, [
      n && days(n),
    ]);
  for (const n of [-0.5, 0.5])
    await pool.query(
      `insert into idempotency_key (client_id, key_hash, request_hash, act_id, token, lease_until, expires_at) values ('c', $1, 'x', gen_random_uuid(), gen_random_uuid(), $2, $2)`,
      [String(n), days(n)],
    );
  await pool.query(
    `insert into issuer_record (kind, id, payload, expires_at) values ('Interaction', 'i-1', '{}', $1)`,
    [new Date(NOW - 1)],
  );
  await pool.query(
    `insert into console_session (id, person, full_name, role, agencies, csrf, begun_at, seen_at, ends_at)
     values ('x', 'xem', '', 'viewer', '{}', '', $1, $1, $1)`,
    [new Date(NOW - 1)],
  );
  const removals = await retention({ author: 'cb-1', reason: 'Dọn theo quy chế' }).run();
  expect(Object.fromEntries(removals.map(({ kind, removed }) => [kind.name, removed]))).toEqual(
    Object.fromEntries(KINDS.map(({ name }) => [name, UNTOUCHED.has(name) ? 0 : 1])),
  );
  const { rows } = await pool.query(
    `select client_id, details from audit_entry where details ->> 'reason' is not null order by id`,
  );
  expect(rows.map(({ details }) => details.of)).toEqual(
    KINDS.map(({ name }) => name).filter((name) => !UNTOUCHED.has(name)),
  );
  expect(rows[0]).toMatchObject({ client_id: 'cb-1', details: { removed: 1, reason: 'Dọn theo quy chế' } });
});
