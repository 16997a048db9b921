/** @module The audit log on a real database. */

import { hash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditEntry, createAudit, digestOf } from '../../src/audit/record.ts';
import { targetHash } from '../../src/audit/target.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { testSeal } from '../support/seal.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const KEY = 'a key of the tests, thirty-two characters';
const entry = (over: Partial<AuditEntry> = {}): AuditEntry => ({
  at: Date.now(),
  clientId: 'igate',
  officer: 'cb-204',
  purpose: 'dossier-processing',
  dossier: 'H15.50-260310-0001',
  operation: 'lookupCitizen',
  target: '066090000123',
  status: 200,
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  details: { kind: 'read', fields: ['name', 'birthDate'], note: 'Tết' },
  ...over,
});

async function rows() {
  const { rows } = await database.pool.query('select * from audit_entry order by id');
  return rows;
}

test('an entry is in the table once its promise resolves, and names nobody', async () => {
  await createAudit(database.pool, { targetKey: KEY, seal: testSeal }).record(entry());
  const [row] = await rows();
  expect(row).toMatchObject({ client_id: 'igate', operation: 'lookupCitizen', status: 200 });
  expect(row.target_hash).toBe(targetHash('066090000123', KEY));
  expect(JSON.stringify(row)).not.toContain('066090000123');
});

test('entries that come at once share a few commits', async () => {
  let calls = 0;
  const counting = new Proxy(database.pool, {
    get: (pool, member) => {
      if (member === 'query') calls += 1;
      return Reflect.get(pool, member).bind(pool);
    },
  });
  const audit = createAudit(counting, { targetKey: KEY, seal: testSeal });
  const before = (await rows()).length;
  await Promise.all(Array.from({ length: 300 }, (_, i) => audit.record(entry({ traceId: `t${i}` }))));
  expect((await rows()).length - before).toBe(300);
  expect(calls).toBeLessThanOrEqual(2);
});

test('two processes append to one chain, and every link can be computed again', async () => {
  const audits = [
    createAudit(database.pool, { targetKey: KEY, seal: testSeal }),
    createAudit(database.pool, { targetKey: KEY, seal: testSeal }),
  ];
  await Promise.all(Array.from({ length: 100 }, (_, i) => audits[i % 2]!.record(entry({ status: 200 + i }))));
  let previous = Buffer.alloc(32);
  let id = 0;
  for (const row of await rows()) {
    id += 1;
    expect(row.id).toBe(id);
    expect(row.prev_hash).toEqual(previous);
    const digest = digestOf({
      at: new Date(row.at).toISOString(),
      client_id: row.client_id,
      officer: row.officer,
      purpose: row.purpose,
      dossier: row.dossier,
      operation: row.operation,
      target_hash: row.target_hash,
      status: row.status,
      trace_id: row.trace_id,
      details: row.details,
    });
    expect(row.digest.toString('hex')).toBe(digest);
    previous = hash('sha256', Buffer.concat([previous, row.digest]), 'buffer');
    expect(row.hash).toEqual(previous);
  }
});

test('what the database refuses is told to those who wait, and the next entries are written', async () => {
  const audit = createAudit(database.pool, { targetKey: KEY, seal: testSeal });
  await expect(audit.record(entry({ operation: 'a\u0000b' }))).rejects.toThrow();
  await expect(audit.record(entry())).resolves.toBeUndefined();
});
