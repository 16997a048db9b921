/** @module The audit log is tampered with on a real database, as its owner could, and what was done is named. */

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/chain-store.ts';
import { createAudit } from '../../src/audit/record.ts';
import { verifyAudit } from '../../src/cli/audit.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { testSeal } from '../support/seal.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** Twelve entries from the first on, with times that PostgreSQL and the gateway might write differently. */
beforeEach(async () => {
  await run(`delete from audit_entry`);
  await run(`update audit_head set id = 0, hash = decode(repeat('00', 32), 'hex')`);
  await append(1, 12);
});

function append(from: number, to: number) {
  const audit = createAudit(database.pool, { targetKey: 'a key of the tests, thirty-two characters', seal: testSeal });
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  return Promise.all(
    numbers.map((i) =>
      audit.record({
        at: Date.UTC(2026, 2, 10, 1, 0, 0) + i * 100,
        clientId: 'igate',
        officer: i % 2 ? 'cb-204' : null,
        purpose: 'dossier-processing',
        dossier: `H15.50-260310-${i}`,
        operation: 'lookupCitizen',
        target: '066090000123',
        status: 200,
        traceId: `trace-${i}`,
        details: { note: 'Tết', share: 0.1, nested: { z: 1, a: [1, null] } },
      }),
    ),
  );
}

const run = (text: string) => database.pool.query(text);

/** What the command prints and whether it says that the log holds. */
async function command(): Promise<{ holds: boolean; text: string }> {
  const lines: string[] = [];
  const holds = await verifyAudit({ env: { DATABASE_URL: database.url }, say: (line) => lines.push(line) });
  return { holds, text: lines.join('\n') };
}

test('a log that nobody touched holds, and the command says how many entries it has', async () => {
  expect(await verifyChain(database.pool)).toMatchObject({ entries: 12, fault: null });
  const { holds, text } = await command();
  expect(holds).toBe(true);
  expect(text).toContain('nguyên vẹn: 12 dòng');
});

test.each([
  ['who asked', `officer = 'cb-999'`],
  ['the time, by less than a millisecond', `at = at + interval '1 microsecond'`],
  ['a detail', `details = jsonb_set(details, '{nested,z}', '2')`],
  ['the digest', `digest = sha256(digest)`],
])('an entry of which %s was changed is named', async (_, change) => {
  await run(`update audit_entry set ${change} where id = 5`);
  expect(await verifyChain(database.pool)).toMatchObject({ entries: 4, fault: { kind: 'changed', id: 5 } });
  const { holds, text } = await command();
  expect(holds).toBe(false);
  expect(text).toContain('dòng 5 đã bị sửa');
  expect(text).toContain('entry 5 was changed');
});

test('an entry put in the place of another, all its own hashes right, does not fit the one after it', async () => {
  await run(`with other as (select digest, officer, dossier, trace_id, at from audit_entry where id = 7)
    update audit_entry e set officer = o.officer, dossier = o.dossier, trace_id = o.trace_id, at = o.at, digest = o.digest,
      hash = sha256(e.prev_hash || o.digest) from other o where e.id = 5`);
  expect((await verifyChain(database.pool)).fault).toEqual({ kind: 'order', id: 6 });
});

test('entries that were removed are named, the first ones as well', async () => {
  await run('delete from audit_entry where id in (5, 6)');
  expect((await verifyChain(database.pool)).fault).toEqual({ kind: 'missing', id: 5, to: 6 });
  await run('delete from audit_entry where id = 1');
  expect((await verifyChain(database.pool)).fault).toEqual({ kind: 'missing', id: 1, to: 1 });
  expect((await command()).text).toContain('missing from entry 1 to entry 1. Entries before it that hold: 0.');
});

test('an entry that was removed and whose followers were numbered anew is found', async () => {
  await run('delete from audit_entry where id = 5');
  await run('update audit_entry set id = id - 1 where id > 5');
  expect((await verifyChain(database.pool)).fault).toEqual({ kind: 'order', id: 5 });
});

test('two entries that changed places are found, and so is one that stands there twice', async () => {
  await run('update audit_entry set id = 11 - id where id in (5, 6)');
  expect((await verifyChain(database.pool)).fault).toEqual({ kind: 'order', id: 5 });
  expect((await command()).text).toContain('entry 5 does not follow entry 4');
  await run('update audit_entry set id = 3 where id = 4');
  expect((await verifyChain(database.pool)).fault).toEqual({ kind: 'doubled', id: 3 });
});

test('an end that was cut off is found by the head, and a head that was set back by the entries', async () => {
  await run('update audit_head set id = 10, hash = (select hash from audit_entry where id = 10)');
  expect((await verifyChain(database.pool)).fault).toEqual({ kind: 'head', id: 12 });
  await run('update audit_head set id = 12, hash = (select hash from audit_entry where id = 12)');
  await run('delete from audit_entry where id > 9');
  expect((await verifyChain(database.pool)).fault).toEqual({ kind: 'cut', id: 10, to: 12 });
});

test('a log of more than one page is read to its end', async () => {
  await append(13, 4_500);
  expect(await verifyChain(database.pool)).toMatchObject({ entries: 4_500, fault: null });
  await run(`update audit_entry set status = 403 where id = 4321`);
  expect(await verifyChain(database.pool)).toMatchObject({ entries: 4_320, fault: { kind: 'changed', id: 4_321 } });
});
