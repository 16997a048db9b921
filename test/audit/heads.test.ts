/** @module What nobody finds within the database is found by the heads that were signed outside it. */
import { createPublicKey, verify } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sealWith } from '../../src/access/seal.ts';
import { verifyChain } from '../../src/audit/chain-store.ts';
import { headSigningKeys } from '../../src/audit/head-keys.ts';
import { HeadSigner } from '../../src/audit/head-signer.ts';
import { createHeadKeys, headKeysOf, signHead } from '../../src/audit/heads.ts';
import { createAudit } from '../../src/audit/record.ts';
import { auditKeyText, verifyAudit } from '../../src/cli/audit.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { testSeal } from '../support/seal.ts';
import { silent } from '../support/timeline.ts';

const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64');

let database: TestDatabase;
let folder: string;
let path: string;
let jwks: JSONWebKeySet;
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'lienthong-heads-'));
  path = join(folder, 'audit-heads.jsonl');
  jwks = await headSigningKeys(database.pool, sealWith(ENCRYPTION_KEY));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await database.drop();
});

/** Ten entries, of which the fourth and the eighth were signed. */
beforeEach(async () => {
  await rm(path, { force: true });
  await run('delete from audit_entry');
  await run(`update audit_head set id = 0, hash = decode(repeat('00', 32), 'hex')`);
  const signer = new HeadSigner({ db: database.pool, jwks, path, log: silent, now: Date.now });
  await append(4);
  await signer.round();
  await signer.round();
  await append(4);
  await signer.round();
  await append(2);
});

const run = (text: string) => database.pool.query(text);

async function append(entries: number, officer = 'cb-204'): Promise<void> {
  const audit = createAudit(database.pool, { targetKey: 'a key of the tests, thirty-two characters', seal: testSeal });
  for (let i = 0; i < entries; i += 1)
    await audit.record({
      at: Date.UTC(2026, 2, 10, 1, 0, i),
      clientId: 'igate',
      officer,
      purpose: 'dossier-processing',
      dossier: null,
      operation: 'lookupCitizen',
      target: '066090000123',
      status: 200,
      traceId: `trace-${i}`,
      details: {},
    });
}

const verified = () => verifyChain(database.pool, { signed: { path, keys: headKeysOf(jwks) } });

async function command(more: { heads?: string; key?: string } = {}, env = {}): Promise<[boolean, string]> {
  const lines: string[] = [];
  const say = (line: string) => lines.push(line);
  const settings = { DATABASE_URL: database.url, AUDIT_HEADS_FILE: path, ...env };
  return [await verifyAudit({ env: settings, say, ...more }), lines.join('\n')];
}

test('a log that fits its signed heads holds; a head is signed once', async () => {
  expect(await verified()).toMatchObject({ entries: 10, fault: null, signed: { id: 8 } });
  expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(2);
  const [holds, text] = await command({}, { ENCRYPTION_KEY });
  expect(holds).toBe(true);
  expect(text).toContain('The newest signed head that fits: entry 8');
});

test('a log that is checked span by span reads each head once, and finds as much', async () => {
  let read = 0;
  const keys = headKeysOf(jwks);
  const counting = (line: string) => {
    read += 1;
    return keys.read(line);
  };
  const signed = { path, keys: { read: counting } };
  const first = await verifyChain(database.pool, { signed, atMost: 6 });
  expect(first).toMatchObject({ to: 6, complete: false, fault: null, signed: { id: 4 } });
  // The next head was seen, to know that it belongs to a later span.
  expect(read).toBe(2);
  expect(await verifyChain(database.pool, { signed, from: first.to, atMost: 3 })).toMatchObject({ signed: { id: 8 } });
  expect(read).toBe(3);
  await run('delete from audit_entry where id > 7');
  expect((await verifyChain(database.pool, { signed, from: first.to })).fault).toEqual({ kind: 'cut', id: 8, to: 8 });
  expect((await verifyChain(database.pool, { signed })).fault).toEqual({ kind: 'cut', id: 8, to: 8 });
});

test('an end that was cut off together with the head in the database is found', async () => {
  await run('delete from audit_entry where id > 6');
  await run(`update audit_head set id = 6, hash = (select hash from audit_entry where id = 6)`);
  expect((await verifyChain(database.pool)).fault).toBeNull();
  expect((await verified()).fault).toEqual({ kind: 'cut', id: 7, to: 8 });
  const [holds, text] = await command({}, { ENCRYPTION_KEY });
  expect(holds).toBe(false);
  expect(text).toContain('phần cuối, từ dòng 7 đến dòng 8, đã bị cắt');
});

test('a log that was written anew, every hash right, is found, also when it has grown beyond what was signed', async () => {
  await run('delete from audit_entry where id > 5');
  await run(`update audit_head set id = 5, hash = (select hash from audit_entry where id = 5)`);
  await append(9, 'cb-999');
  expect((await verifyChain(database.pool)).fault).toBeNull();
  expect((await verified()).fault).toEqual({ kind: 'rewritten', id: 8 });
});

test('heads that stand before each other after a restored backup are each compared', async () => {
  const later = await database.pool.query<{ hash: string }>(
    `select encode(hash, 'hex') as hash from audit_entry where id = 2`,
  );
  const head = { id: 2, hash: later.rows[0]!.hash, at: new Date().toISOString() };
  await appendFile(path, `${await signHead(head, jwks)}\n`);
  expect(await verified()).toMatchObject({ fault: null, signed: { id: 2 } });
  await appendFile(path, `${await signHead({ ...head, hash: 'ab'.repeat(32) }, jwks)}\n`);
  expect((await verified()).fault).toEqual({ kind: 'rewritten', id: 2 });
});

test('half a line is passed over and the next head begins a line of its own; a line of somebody else is named', async () => {
  await appendFile(path, '{"payload":"eyJ');
  await new HeadSigner({ db: database.pool, jwks, path, log: silent, now: Date.now }).round();
  expect(await verified()).toMatchObject({ fault: null, signed: { id: 10 } });
  const head = { id: 10, hash: 'ab'.repeat(32), at: new Date().toISOString() };
  await appendFile(path, `${await signHead(head, await createHeadKeys())}\n`);
  expect((await verified()).fault).toEqual({ kind: 'unsigned', id: 5 });
});

test('a copy of the heads is checked elsewhere with the public key alone, as openssl does', async () => {
  const pem = await auditKeyText({ DATABASE_URL: database.url, ENCRYPTION_KEY });
  const copy = join(folder, 'copy.jsonl');
  const key = join(folder, 'audit.pem');
  await writeFile(copy, await readFile(path));
  await writeFile(key, pem);
  expect((await command({ heads: copy, key }))[0]).toBe(true);

  const line = JSON.parse((await readFile(copy, 'utf8')).split('\n')[1]!);
  const signed = Buffer.from(`${line.protected}.${line.payload}`);
  expect(verify(null, signed, createPublicKey(pem), Buffer.from(line.signature, 'base64url'))).toBe(true);
  expect(JSON.parse(Buffer.from(line.payload, 'base64url').toString())).toMatchObject({ id: 8 });
});
