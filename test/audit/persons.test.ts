/** @module Whose data was read stands beside the log, sealed with a key of each person's own, and is forgotten with it. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealWith } from '../../src/access/seal.ts';
import { verifyChain } from '../../src/audit/chain-store.ts';
import { erasedSince, erasePersonKey, readPerson } from '../../src/audit/persons.ts';
import { entriesAbout } from '../../src/audit/read-store.ts';
import { createAudit } from '../../src/audit/record.ts';
import { targetHash } from '../../src/audit/target.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const KEY = 'a key of the tests, thirty-two characters';
const AN = '066090000123';
const BINH = '066190000456';
const seal = sealWith(randomBytes(32).toString('base64'));

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  const audit = createAudit(database.pool, { targetKey: KEY, seal });
  await Promise.all([AN, BINH, AN, null, AN].map((target) => audit.record(entry(target))));
});
afterAll(() => database.drop());

const entry = (target: string | null) => ({
  at: Date.now(),
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
const known = (target: string) => readPerson(database.pool, targetHash(target, KEY), seal);

test('a person is kept once, and nobody reads who it is without the key of the gateway', async () => {
  const { rows } = await database.pool.query('select * from person_key');
  expect(rows).toHaveLength(2);
  expect(JSON.stringify(rows.map((row) => ({ ...row, sealed_value: row.sealed_value.toString() })))).not.toContain(AN);
  expect(await known(AN)).toBe(AN);
  const other = sealWith(randomBytes(32).toString('base64'));
  await expect(readPerson(database.pool, targetHash(AN, KEY), other)).rejects.toThrow('another ENCRYPTION_KEY');
});

test('one person’s sealed value opens for nobody else', async () => {
  const [an, binh] = [targetHash(AN, KEY), targetHash(BINH, KEY)];
  await database.pool.query(
    'update person_key p set sealed_value = o.sealed_value from person_key o where p.hash = $1 and o.hash = $2',
    [binh, an],
  );
  await expect(known(BINH)).rejects.toThrow();
});

test('once the key is destroyed the value is gone for good, and the chain holds', async () => {
  const order = { target: AN, targetKey: KEY, author: 'tt-001', reason: 'citizen’s request', now: Date.now() };
  expect(await erasePersonKey(database.pool, order)).toBe(true);
  expect(await erasePersonKey(database.pool, order)).toBe(false);
  expect(await known(AN)).toBeNull();
  expect(await erasedSince(database.pool, targetHash(AN, KEY))).toBe(order.now);
  const { rows } = await database.pool.query(
    'select sealed_key, sealed_value, erased_by from person_key where hash = $1',
    [targetHash(AN, KEY)],
  );
  expect(rows).toEqual([{ sealed_key: null, sealed_value: null, erased_by: 'tt-001' }]);
  expect(await verifyChain(database.pool)).toMatchObject({ entries: 5, fault: null });

  await createAudit(database.pool, { targetKey: KEY, seal }).record(entry(AN));
  expect(await known(AN)).toBeNull();
  expect(await erasedSince(database.pool, targetHash(AN, KEY))).toBe(order.now);
});

test('an answer about many is one entry that is found by each of them', async () => {
  const others = ['066090001111', '066090002222'];
  await createAudit(database.pool, { targetKey: KEY, seal }).record({ ...entry(null), targets: others });
  for (const other of others) {
    const hash = targetHash(other, KEY);
    expect(
      await entriesAbout(database.pool, hash, { from: 0, to: Date.now() + 1, before: null, limit: 10 }),
    ).toHaveLength(1);
    expect(await readPerson(database.pool, hash, seal)).toBe(other);
  }
  expect(await verifyChain(database.pool)).toMatchObject({ entries: 7, fault: null });
});
