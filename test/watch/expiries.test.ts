/** @module What will end by itself is told ahead, once, and no longer once it was seen to. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY } from '../../src/units.ts';
import { lookForExpiries } from '../../src/watch/expiries.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { silent } from '../support/timeline.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const days = { client: 30, certificate: 30 };
const open = async (kind: string) =>
  (
    await database.pool.query<{ detail: Record<string, unknown> }>(
      'select detail from alert where kind = $1 and cleared_at is null order by id',
      [kind],
    )
  ).rows.map(({ detail }) => detail);

it('a client that will end within thirty days is told of once; extended or suspended it is not', async () => {
  const { pool } = database;
  const now = Date.now();
  const end = (id: string, at: number) =>
    pool.query(
      `insert into client (client_id, name, secret_hash, scopes, agencies, valid_until) values ($1, $1, 'x', '{}', '{}', to_timestamp($2::float8 / 1000))
       on conflict (client_id) do update set valid_until = excluded.valid_until`,
      [id, at],
    );
  await end('soon', now + 29 * DAY);
  await end('later', now + 31 * DAY);
  await end('ended', now - DAY);
  const look = (at: number) => lookForExpiries({ db: pool, addresses: [], days, log: silent, now: () => at });
  await look(now);
  await look(now + 1000);
  expect(await open('client-expiring')).toEqual([
    { client: 'soon', name: 'soon', expiresAt: Math.floor(now + 29 * DAY) },
  ]);
  await end('soon', now + 400 * DAY);
  await look(now + 2000);
  expect(await open('client-expiring')).toEqual([]);
  await look(now + 2 * DAY);
  expect(await open('client-expiring')).toMatchObject([{ client: 'later' }]);
  await pool.query("update client set suspended_at = now() where client_id = 'later'");
  await look(now + 2 * DAY + 1000);
  expect(await open('client-expiring')).toEqual([]);
});

it('the certificate of an upstream is told of until another one is shown', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-certificate-'));
  const certificate = (daysLeft: number) => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const args = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=upstream.test -days ${daysLeft}`;
    execFileSync('openssl', [...args.split(' '), '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  };
  const server = createServer(certificate(10));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const watched = {
    db: database.pool,
    addresses: [
      ['population', `https://127.0.0.1:${port}/xa`],
      ['tax', 'http://127.0.0.1:9'],
      ['civil-status', 'https://127.0.0.1:9'],
      ['vnpost', ''],
    ],
    days,
    log: silent,
    now: Date.now,
  } as const;
  await lookForExpiries(watched);
  await lookForExpiries(watched);
  expect(await open('certificate-expiring')).toMatchObject([{ owner: 'population', endpoint: `127.0.0.1:${port}` }]);
  server.setSecureContext(certificate(300));
  await lookForExpiries(watched);
  expect(await open('certificate-expiring')).toEqual([]);
  server.close();
  rmSync(folder, { recursive: true });
});
