/** @module What is done to the log by hand – a month ended, an entry shown with whom it is about – stands in the log itself. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sealWith } from '../../src/access/seal.ts';
import { createAudit } from '../../src/audit/record.ts';
import { verifyAudit } from '../../src/cli/audit.ts';
import { purgeAudit, showAudit } from '../../src/cli/audit-keeping.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';

const ENCRYPTION_KEY = Buffer.alloc(32, 8).toString('base64');
const AUDIT_KEY = 'a key of the tests, thirty-two characters';
const by = { author: 'cli:thanh-tra', reason: 'Đơn số 15' };

let database: TestDatabase;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'lienthong-audit-'));
  env = { DATABASE_URL: database.url, ENCRYPTION_KEY, AUDIT_KEY, DATA_DIR: folder };
  const audit = createAudit(database.pool, { targetKey: AUDIT_KEY, seal: sealWith(ENCRYPTION_KEY) });
  for (const at of [Date.UTC(2019, 4, 5), Date.now()])
    await audit.record({
      at,
      clientId: 'igate',
      officer: 'cb-204',
      purpose: 'dossier-processing',
      dossier: null,
      operation: 'lookUpCitizen',
      target: '066090000123',
      status: 200,
      traceId: 'trace',
      details: { kind: 'read' },
    });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.drop();
});

const logged = async () => {
  const { rows } = await database.pool.query(
    'select operation, client_id, details from audit_entry order by id desc limit 1',
  );
  return rows[0];
};

test('an entry is shown with whom it is about, and who looked and why is an entry', async () => {
  expect(JSON.parse(await showAudit(env, 2, by))).toMatchObject({ id: 2, officer: 'cb-204', person: '066090000123' });
  expect(await logged()).toMatchObject({
    operation: 'showAudit',
    client_id: by.author,
    details: { entry: 2, reason: by.reason },
  });
  await expect(showAudit(env, 99, by)).rejects.toThrow('There is no entry 99');
});

test('a month that has been kept for its time is ended by hand, and the log holds after it', async () => {
  expect(await purgeAudit(env, by)).toBe('2019-05: đã kết thúc ở dòng 1. / ended at entry 1.\n');
  expect(await logged()).toMatchObject({ operation: 'purge', details: { month: '2019-05', reason: by.reason } });
  expect(await purgeAudit(env, by)).toContain('No month is due');
  const lines: string[] = [];
  expect(await verifyAudit({ env, say: (line) => lines.push(line) })).toBe(true);
  expect(lines[1]).toBe('The audit log holds: 3 entries.');
});
