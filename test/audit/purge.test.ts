/** @module The oldest months of the log end after their time, and the chain goes on from their signed last link. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/chain-store.ts';
import { headSigningKeys } from '../../src/audit/head-keys.ts';
import { createHeadKeys, headKeysOf } from '../../src/audit/heads.ts';
import { endMonths } from '../../src/audit/purge.ts';
import { type Audit, createAudit } from '../../src/audit/record.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { testSeal } from '../support/seal.ts';
import { silent } from '../support/timeline.ts';

const time = (local: string): number => Date.parse(`${local}:00+07:00`);

let database: TestDatabase;
let folder: string;
let path: string;
let jwks: JSONWebKeySet;
let audit: Audit;
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'lienthong-purge-'));
  path = join(folder, 'audit-heads.jsonl');
  jwks = await headSigningKeys(database.pool, testSeal);
  audit = createAudit(database.pool, { targetKey: 'a key of the tests, thirty-two characters', seal: testSeal });
  await database.pool.query(`select ensure_monthly_partitions('audit_entry', '2024-01-01', 2)`);
  // The fifth arrived in January and was answered in February, after the fourth.
  for (const [at, target] of [
    ['2024-01-10T08:00', '066090000123'],
    ['2024-01-20T08:00', '066090000123'],
    ['2024-01-31T23:58', '066190000456'],
    ['2024-02-01T00:01', '066190000456'],
    ['2024-01-31T23:59', '066190000456'],
    ['2024-02-10T08:00', null],
    ['2024-03-10T08:00', '066190000456'],
  ] as const)
    await audit.record({
      at: time(at),
      clientId: 'igate',
      officer: 'cb-204',
      purpose: 'dossier-processing',
      dossier: null,
      operation: 'lookupCitizen',
      target,
      status: 200,
      traceId: 'trace',
      details: {},
    });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.drop();
});

const purge = (now: string) =>
  endMonths({ db: database.pool, audit, jwks, path, keptMonths: 12, log: silent, now: () => time(now) });
const verified = (keys = jwks) => verifyChain(database.pool, { signed: { path, keys: headKeysOf(keys) } });

test('a month stays until all of it and a day have been kept for their time', async () => {
  expect(await purge('2025-02-01T23:59')).toEqual([]);
  expect(await verified()).toMatchObject({ from: 1, entries: 7, fault: null });
});

test('then it ends whole, with what stood among its entries, and the chain goes on from its signed last link', async () => {
  expect(await purge('2025-02-02T00:00')).toEqual([{ month: '2024-01', closedAt: 5 }]);
  const { rows } = await database.pool.query(
    `select id, operation, details ->> 'month' as month from audit_entry order by id`,
  );
  expect(rows).toEqual([
    { id: 6, operation: 'lookupCitizen', month: null },
    { id: 7, operation: 'lookupCitizen', month: null },
    { id: 8, operation: 'purge', month: '2024-01' },
  ]);
  const tables = await database.pool.query(`select to_regclass('audit_entry_202401') as january`);
  expect(tables.rows).toEqual([{ january: null }]);
  expect(await verified()).toMatchObject({ from: 6, entries: 3, fault: null });
  expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(1);
});

test('a person whom no entry is about any more is forgotten', async () => {
  const { rows } = await database.pool.query('select count(*)::int as persons from person_key');
  expect(rows).toEqual([{ persons: 1 }]);
});

test('months end one after another, and a closing that somebody else signed is found', async () => {
  expect(await purge('2025-04-02T00:00')).toEqual([
    { month: '2024-02', closedAt: 6 },
    { month: '2024-03', closedAt: 7 },
  ]);
  expect(await verified()).toMatchObject({ from: 8, fault: null });
  expect((await verified(await createHeadKeys())).fault).toEqual({ kind: 'closing', id: 7 });
  await database.pool.query(`delete from audit_closing where id = 7`);
  expect((await verified()).fault).toEqual({ kind: 'missing', id: 7, to: 7 });
});

test('nobody ends a month that is less than a year old, or one before the oldest', async () => {
  await expect(database.pool.query(`select audit_drop_month(date_trunc('month', now())::date, '')`)).rejects.toThrow(
    'keeps a year at least',
  );
  await expect(database.pool.query(`select audit_drop_month('2024-01-15', '')`)).rejects.toThrow('first day');
});
