/** @module A gateway over five years of an invented province: both sides made, a run followed, what it found held against what was injected. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { parse } from 'yaml';
import { putClient } from '../../src/access/clients.ts';
import { KNOWN_EVERYWHERE_AFTER } from '../../src/catalogue/keep.ts';
import { isoDate } from '../../src/deadlines/local-time.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import { SECOND } from '../../src/units.ts';
import { atPortal, type FiveYears, injectedAt, onlyAtPortal, ourSide } from './five-years.ts';
import { ACCOUNT } from './portal.ts';
import { fileOf, freePort, type Started, startModule, untilAnswers } from './processes.ts';
import type { Stage } from './stage.ts';
import { residentOf } from './usage.ts';

const SECRET = 'the secret of a benchmark';
/** What is planted at once, on each of two connections. */
const PLANTED_AT_ONCE = 250_000;

export interface Gateway {
  /** Answers calls, and takes files. */
  readonly process: Started;
  /** Compares. */
  readonly worker: Started;
  stop(): Promise<void>;
  call<T>(method: string, path: string, body?: object): Promise<T>;
  /** Sends a file as it stands. */
  upload<T>(path: string, file: Blob): Promise<T>;
}

export interface RunAnswer {
  readonly state: string;
  readonly way: string | null;
  readonly compared: number;
  readonly inStep: number;
  readonly unchecked: number;
  readonly error: string | null;
}

export interface Province {
  readonly database: pg.Pool;
  readonly years: FiveYears;
  /** Questions the portal was asked, by service. */
  asked(): Promise<Readonly<Record<string, number>>>;
  /** Whether the portal has a listing. */
  lists(does: boolean): Promise<void>;
  gateway(settings: Readonly<Record<string, string>>): Promise<Gateway>;
  /** Removes what earlier runs found. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

/** Makes both sides. */
export async function openProvince(stage: Stage, years: FiveYears, say: (line: string) => void): Promise<Province> {
  const databaseUrl = await stage.newDatabase();
  const portalPort = await freePort();
  const portal = `http://127.0.0.1:${portalPort}`;
  const portalProcess = startModule('test/bench/five-years-process.ts', {
    env: { PORT: String(portalPort), YEARS: JSON.stringify(years) },
    logFile: join(stage.folder, 'portal-of-five-years.log'),
  });
  await untilAnswers(`${portal}/_calls`, portalProcess);
  const common = {
    DATA_DIR: stage.folder,
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    AUDIT_KEY: randomBytes(32).toString('hex'),
    SYNC_MODE: 'send',
    SYNC_SETTLE_AFTER_MS: '2000',
    RECONCILE_NIGHTLY_AT: 'off',
    // Today has nothing: what only the portal has is for the run to find.
    OBSERVE_LISTING_DAYS: '1',
    NATIONAL_PORTAL_BASE_URL: portal,
    NATIONAL_PORTAL_USERNAME: ACCOUNT.username,
    NATIONAL_PORTAL_PASSWORD: ACCOUNT.password,
    NATIONAL_PORTAL_UNIT: ACCOUNT.madonvi,
  };
  const workerFlags = await shippedFlags();
  const gateway = async (settings: Readonly<Record<string, string>>): Promise<Gateway> => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const start = (role: string, env: Readonly<Record<string, string>>): Started =>
      startModule('bin/lienthong.js', {
        args: ['serve', '--role', role],
        nodeFlags: role === 'worker' ? workerFlags : [],
        logFile: join(stage.folder, `${role}.log`),
        env: { ...common, ...env, ...settings },
      });
    const process = start('gateway', { PORT: String(port) });
    await untilAnswers(`${url}/health/ready`, process);
    const worker = start('worker', { PORT: String(await freePort()) });
    return {
      process,
      worker,
      async stop() {
        await worker.stop();
        await process.stop();
      },
      ...(await callerOf(url, database)),
    };
  };
  const database = new pg.Pool({ connectionString: databaseUrl, max: 3 });
  // The stage takes the database away under it where something else has failed.
  database.on('error', () => {});
  // Its first start makes the schema, and puts its modes in order while there is nothing to put in order.
  const first = await gateway({});
  await sleep(2 * SECOND);
  await first.stop();
  await plant(database, years, say);
  const second = await gateway({});
  await untilAtRest(database, say);
  await second.stop();
  return {
    database,
    years,
    asked: async () => (await (await fetch(`${portal}/_calls`)).json()) as Record<string, number>,
    async lists(does) {
      await fetch(`${portal}/_lists/${does ? 'on' : 'off'}`);
    },
    gateway,
    async forget() {
      await database.query('truncate reconciliation_run, difference, difference_sighting cascade');
    },
    async close() {
      await database.end();
      await portalProcess.stop();
    },
  };
}

/** What Node is told of a worker where it is deployed. */
async function shippedFlags(): Promise<readonly string[]> {
  const { services } = parse(await readFile(fileOf('deploy/compose.yaml'), 'utf8')) as {
    services: { worker: { entrypoint: readonly string[] } };
  };
  return services.worker.entrypoint.filter((word) => word.startsWith('--'));
}

async function callerOf(url: string, database: pg.Pool): Promise<Pick<Gateway, 'call' | 'upload'>> {
  const scopes = ['reconciliation.read', 'reconciliation.operate'];
  await putClient(database, { clientId: 'bench', secretHash: hashSecret(SECRET), scopes, agencies: ['H15'] });
  const answer = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`bench:${encodeURIComponent(SECRET)}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const send = async <T>(path: string, init: RequestInit, type: string): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': type };
    const response = await fetch(url + path, { ...init, headers });
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  };
  return {
    call: (method, path, body) =>
      send(path, { method, body: body === undefined ? null : JSON.stringify(body) }, 'application/json'),
    upload: (path, file) => send(path, { method: 'POST', body: file }, 'text/csv'),
  };
}

/** Indexes that are cheaper to make than to keep while the rows come. */
const LATER = ['dossier_open', 'dossier_open_by_id', 'dossier_incomplete', 'dossier_agencies', 'dossier_receipt'];

async function plant(database: pg.Pool, years: FiveYears, say: (line: string) => void): Promise<void> {
  const { rows: indexes } = await database.query<{ name: string; definition: string }>(
    'select indexname as name, indexdef as definition from pg_indexes where indexname = any($1)',
    [LATER],
  );
  for (const { name } of indexes) await database.query(`drop index ${name}`);
  const ranges = Array.from({ length: Math.ceil(years.dossiers / PLANTED_AT_ONCE) }, (_, i) => [
    i * PLANTED_AT_ONCE,
    Math.min((i + 1) * PLANTED_AT_ONCE, years.dossiers),
  ]);
  const worker = async (): Promise<void> => {
    const client = await database.connect();
    // Both sides are invented here: nothing is to be checked, nothing to outlive a crash.
    await client.query('set synchronous_commit = off; set session_replication_role = replica; set jit = off');
    for (let range = ranges.shift(); range !== undefined; range = ranges.shift()) {
      for (const statement of ourSide(years)) await client.query(statement, range);
      say(`  ${range[1]} dossiers are there`);
    }
    client.release(true);
  };
  await Promise.all([worker(), worker()]);
  await Promise.all(indexes.map(({ definition }) => database.query(definition)));
  await database.query("select setval('dossier_id', $1)", [Math.ceil(years.dossiers / 1000) * 1000 + 1001]);
  // Nothing of it is sealed, and a worker that looks through it for that takes its time.
  await database.query('update sealing set position = null, passes = 2, passed_at = now()');
  await database.query('vacuum analyze');
}

/** A worker that finds what was planted has a look at all of it: modes, what is to be watched of the open ones, silent failures, totals. Nothing of that is measured. */
async function untilAtRest(database: pg.Pool, say: (line: string) => void): Promise<void> {
  for (;;) {
    const { rows } = await database.query<{ unread: number; unjudged: number; uncounted: boolean }>(
      `select (select count(*)::int from sync_mode_pass where done_at is null or begun_at < target_since + make_interval(secs => $1)) as unread,
         (select count(*)::int from dossier d where d.finished_at is null and not d.incomplete and not exists (select from watch_state w where w.dossier_id = d.id)) as unjudged,
         not exists (select from sync_suspect_look) or not exists (select from sync_total) as uncounted`,
      [KNOWN_EVERYWHERE_AFTER / SECOND],
    );
    const { unread, unjudged, uncounted } = rows[0]!;
    if (unread + unjudged === 0 && !uncounted) return;
    say(`  at rest soon: ${unjudged} dossiers to be judged, ${unread} passes under way`);
    await sleep(5 * SECOND);
  }
}

export interface Followed {
  readonly answer: RunAnswer;
  readonly seconds: number;
  /** Of the worker while it ran, in MiB, every second. */
  readonly memory: readonly number[];
}

/** Starts a run and follows it to its end. */
export async function reconcile(gateway: Gateway, body: object): Promise<Followed> {
  const began = performance.now();
  const { id } = await gateway.call<{ id: string }>('POST', '/v1/reconciliations', body);
  const memory: number[] = [];
  for (;;) {
    await sleep(SECOND);
    memory.push(Math.round(await residentOf(gateway.worker.pid)));
    const answer = await gateway.call<RunAnswer>('GET', `/v1/reconciliations/${id}`);
    if (answer.state === 'failed') throw new Error(`the run failed: ${answer.error}`);
    if (answer.state !== 'running') return { answer, seconds: (performance.now() - began) / SECOND, memory };
  }
}

export interface Held {
  readonly injected: number;
  readonly found: number;
  /** Injected and not found. */
  readonly missed: number;
  /** Found and not injected. */
  readonly invented: number;
}

/** Holds every confirmed difference against what was injected. */
export async function hold({ database, years }: Province): Promise<Held> {
  const { rows } = await database.query<{ key: string }>(
    "select kind || ' ' || dossier_code as key from difference where state = 'confirmed'",
  );
  const found = new Set(rows.map(({ key }) => key));
  const expected = new Set<string>();
  for (let thousand = 0; thousand * 1000 < years.dossiers; thousand++)
    for (let n = thousand * 1000 + 500; n < Math.min(thousand * 1000 + 510, years.dossiers); n++) {
      const kind = injectedAt(n);
      if (kind === null) continue;
      const shown = kind === 'missing-here' ? onlyAtPortal(years, n) : atPortal({ ...years }, n);
      expected.add(`${kind} ${shown?.code ?? (await codeHere(database, n))}`);
    }
  const missed = [...expected].filter((key) => !found.has(key)).length;
  return { injected: expected.size, found: found.size, missed, invented: found.size + missed - expected.size };
}

const codeHere = async (database: pg.Pool, n: number): Promise<string> =>
  (await database.query<{ code: string }>('select code from dossier where id = $1', [n + 1])).rows[0]!.code;

/** The days of receipt, ends included. */
export const periodOf = ({ firstDay, days }: FiveYears): { readonly from: string; readonly to: string } => ({
  from: isoDate(firstDay),
  to: isoDate(firstDay + days - 1),
});
