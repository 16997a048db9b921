/** @module Nothing that was answered is forgotten: over a stop, over kill -9, over a torn last line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import {
  ACCOUNT,
  dossierRecord,
  type Json,
  logIn,
  type Running,
  startGateway,
  startSimulators,
  talkTo,
} from './support.ts';

/** How long a condition is awaited on a busy machine. */
const PATIENT = { timeout: 15_000 };
const CODE = 'H15.50-260202-0001';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'simulators-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Spawned extends Omit<Running, 'close'> {
  readonly process: ChildProcess;
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

/** The simulators as the process that `npm start` runs. */
async function spawnSimulators(dataDir: string, webhooks: Json = {}): Promise<Spawned> {
  const config = join(dataDir, 'simulators.json');
  writeFileSync(config, JSON.stringify({ port: 0, dataDir, portal: ACCOUNT, webhooks }));
  const child = spawn(process.execPath, ['mocks/main.ts'], {
    env: { ...process.env, SIMULATORS_CONFIG: config },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  for await (const line of createInterface(child.stdout!)) {
    const facts = JSON.parse(line) as Json;
    if (typeof facts.listening !== 'string') continue;
    return {
      ...talkTo(facts.listening),
      process: child,
      async end(signal) {
        child.kill(signal);
        return (await ended)[0] as number | null;
      },
    };
  }
  throw new Error('the simulators ended before they listened');
}

async function everythingOf(simulators: Pick<Running, 'get' | 'send'>): Promise<Json> {
  const { records } = (await simulators.get(`/_seen/national-portal?dossier=${CODE}`)).body;
  const { calls: _, byService: __, ...stats } = (await simulators.get('/_stats/national-portal')).body;
  const faults = (await simulators.get('/_faults/land-registry')).body;
  const settings = (await simulators.get('/_settings/national-portal')).body;
  return { records, stats, faults, settings, dossier: await (await logIn(simulators)).lookUp(CODE) };
}

async function fill(simulators: Pick<Running, 'get' | 'send'>): Promise<void> {
  const portal = await logIn(simulators);
  await portal.dossier(dossierRecord(CODE, { TaiLieuNop: [{ TepDinhKemId: '1' }] }));
  await portal.dossier(dossierRecord(CODE));
  await portal.progress([CODE, '4', '20260203080000'], [CODE, '5', '20260204080000']);
  await portal.progress([CODE, '5', '20260204080000']);
  await simulators.send('PUT', '/_settings/national-portal', { currentBy: 'arrival' });
  await portal.progress([CODE, '4', '20260203090000']);
  await simulators.send('POST', '/_act/national-portal', { act: 'set-channel', dossier: CODE, channel: 'post' });
  await simulators.send('PUT', '/_faults/land-registry', { errorRate: 0.3, seed: 5 });
}

test('kill -9 right after an answer loses nothing: records, acts, settings, faults', async () => {
  const folder = temporaryFolder();
  const first = await spawnSimulators(folder);
  await fill(first);
  const before = await everythingOf(first);
  await first.end('SIGKILL');
  const second = await spawnSimulators(folder);
  expect(await everythingOf(second)).toEqual(before);
  expect(before).toMatchObject({
    dossier: { TrangThaiHoSo: '4', KenhThucHien: '3', TaiLieuNop: [{ TepDinhKemId: '1' }] },
    stats: { effects: 4, duplicates: 1, refusals: 1 },
    faults: { errorRate: 0.3, seed: 5 },
    settings: { currentBy: 'arrival' },
  });
});

test('SIGTERM ends the process in order, and the next one goes on with the same sessions', async () => {
  const folder = temporaryFolder();
  const first = await spawnSimulators(folder);
  const { body } = await first.send('POST', '/national-portal/mapi/login', ACCOUNT);
  expect(await first.end('SIGTERM')).toBe(0);
  const second = await spawnSimulators(folder);
  const call = { session: body.session, madonvi: 'H15', service: 'LayDanhMucLinhVuc' };
  expect((await second.send('POST', '/national-portal/mapi/g', call)).body).toMatchObject({ error_code: '0' });
});

test('a push that was not taken before a kill is taken after it, in its order', async () => {
  const folder = temporaryFolder();
  const gateway = await startGateway();
  const webhooks = { 'land-registry': { url: `${gateway.url}/{operation}` } };
  gateway.answer = null;
  const first = await spawnSimulators(folder, webhooks);
  await first.send('POST', '/_act/land-registry', { act: 'pause', reason: 'supplement', dossier: CODE });
  const unanswered = expect(
    first.send('POST', '/_act/land-registry', { act: 'resume', dossier: CODE }),
  ).rejects.toThrow();
  const journal = join(folder, 'simulators', 'land-registry.ndjson');
  await expect.poll(() => readFileSync(journal, 'utf8'), PATIENT).toContain('NhanBoSungHoSo');
  await first.end('SIGKILL');
  await unanswered;
  gateway.received.length = 0;
  gateway.answer = { status: 200, body: '{"Result":1,"Message":""}' };
  await spawnSimulators(folder, webhooks);
  await expect
    .poll(() => gateway.received.map(({ path }) => path), PATIENT)
    .toEqual(['/YeuCauBoSungHoSo', '/NhanBoSungHoSo']);
});

test('a torn last line is cut off and what comes after it is kept', async () => {
  const folder = temporaryFolder();
  const first = await startSimulators({ dataDir: folder });
  await fill(first);
  const before = await everythingOf(first);
  await first.close();
  appendFileSync(join(folder, 'simulators', 'national-portal.ndjson'), '{"kind":"progress","at":17');
  const second = await startSimulators({ dataDir: folder });
  expect(await everythingOf(second)).toEqual(before);
  await (await logIn(second)).progress([CODE, '9', '20260210080000']);
  const after = await everythingOf(second);
  await second.close();
  expect(await everythingOf(await startSimulators({ dataDir: folder }))).toEqual(after);
});

test('a damaged line in the middle stops the start and names its place', async () => {
  const folder = temporaryFolder();
  const first = await startSimulators({ dataDir: folder });
  await fill(first);
  await first.close();
  const path = join(folder, 'simulators', 'national-portal.ndjson');
  const lines = readFileSync(path, 'utf8').split('\n');
  lines[1] = 'not json';
  writeFileSync(path, lines.join('\n'));
  await expect(startSimulators({ dataDir: folder })).rejects.toThrow(`${path}, line 2`);
});

test('a reset is remembered too', async () => {
  const folder = temporaryFolder();
  const first = await startSimulators({ dataDir: folder });
  await fill(first);
  await first.send('POST', '/_reset', undefined);
  await first.close();
  const second = await startSimulators({ dataDir: folder });
  expect((await second.get('/_stats/national-portal')).body).toMatchObject({ calls: 0, effects: 0 });
  expect((await second.get('/_faults/land-registry')).body).toEqual({});
});
