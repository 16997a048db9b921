/** @module `npm start` itself: everything comes up, and the three things that it says to try work. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SECOND } from '../../src/units.ts';
import { until } from '../support/until.ts';

/** Three processes and a database from nothing, perhaps beside much else. */
const START = 80 * SECOND;

interface Demo {
  readonly gateway: string;
  readonly simulators: string;
  readonly pids: Readonly<Record<string, number>>;
  readonly clients: Readonly<Record<string, { clientId: string; clientSecret: string }>>;
}

let dataDir: string;
let child: ChildProcess;
let demo: Demo;
let output = '';

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lienthong-demo-'));
  // Where root runs this, PostgreSQL runs as another user, who must get there.
  await chmod(dataDir, 0o755);
  child = spawn(process.execPath, [resolve('bin/lienthong.js'), 'start'], {
    env: {
      PATH: process.env.PATH,
      DATA_DIR: dataDir,
      PORT: String(await freePort()),
      SIMULATORS_PORT: String(await freePort()),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const text = await Promise.race([
    until('the demo is ready', () => readFile(join(dataDir, 'demo.json'), 'utf8').catch(() => false as const), START),
    once(child, 'exit').then(() => {
      throw new Error(`npm start ended: ${output}`);
    }),
  ]);
  demo = JSON.parse(text) as Demo;
}, 90_000);
afterAll(async () => {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

const json = async <T>(url: string, init: RequestInit = {}): Promise<T> => (await (await fetch(url, init)).json()) as T;

it('says what to try, and each of it works: a token, a pause of the land registry, the portal that shows it', async () => {
  const example = await until('it has said what to try', () => /"dossier":"([^"]+)"/.exec(output)?.[1] ?? false);
  const { clientId, clientSecret } = demo.clients.igate!;
  const { access_token: token } = await json<{ access_token: string }>(`${demo.gateway}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  await json(`${demo.simulators}/_act/land-registry`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ act: 'pause', dossier: example, reason: 'financial-obligation' }),
  });
  await until('the portal shows the pause', async () => {
    const { records } = await json<{ records: { status: string }[] }>(
      `${demo.simulators}/_seen/national-portal?dossier=${example}`,
    );
    return records.some(({ status }) => status === '6');
  });
  const dossier = await json<{ status: string }>(`${demo.gateway}/v1/dossiers/${example}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(dossier).toMatchObject({ status: 'paused' });
});

it('ends all three processes in order', async () => {
  child.kill('SIGTERM');
  await once(child, 'exit');
  for (const pid of Object.values(demo.pids)) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
