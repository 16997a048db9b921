/**
 * @module Drives every operation of the OpenAPI document with persons who are marked – names, numbers, telephones, notes –, then looks
 * through everything that the gateway has put out or put down: no mark stands anywhere but in answers and in the audit.
 */
import { randomBytes } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openedBytes } from '../../src/access/sealed-json.ts';
import { createLog } from '../../src/log.ts';
import { type RedisServer, redisServer } from '../shared/redis-server.ts';
import { startPlanted } from '../support/planted.ts';
import type { Product } from '../support/product.ts';
import { until } from '../support/until.ts';

const MARKED = {
  name: 'Đặng Vết Dấu',
  personalId: '066090777888',
  phone: '0900777888',
  email: 'vet.dau@example.vn',
  address: 'Số 77 đường Vết Dấu',
  note: 'Gọi cho ông Vết Dấu trước khi trả',
} as const;
const MARK = /Vết Dấu|vet\.dau|066090777888|0900777888/;
const BYTES = ['Vết Dấu', 'vet.dau', '066090777888', '0900777888'].map((mark) => Buffer.from(mark).toString('hex'));
const isMarked = (text: string): boolean => MARK.test(text) || BYTES.some((hex) => text.includes(hex));

/** What a member is replaced by, wherever in a body it stands. */
const MEMBERS: Readonly<Record<string, string>> = {
  personalId: MARKED.personalId,
  phone: MARKED.phone,
  email: MARKED.email,
  address: MARKED.address,
  note: MARKED.note,
  reasonText: MARKED.note,
  words: MARKED.note,
  actor: MARKED.name,
  summary: MARKED.note,
};
/** Objects whose name is a person's. */
const PEOPLE = new Set(['applicant', 'submitter', 'payer', 'sender', 'receiver', 'recipient', 'officer', 'from', 'to']);

function marked(value: unknown, within = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => marked(item, within));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const mark = name === 'name' && (PEOPLE.has(within) || 'personalId' in value) ? MARKED.name : MEMBERS[name];
      return [name, typeof member === 'string' && mark !== undefined ? mark : marked(member, name)];
    }),
  );
}

let product: Product;
let redis: RedisServer;
let dataDir: string;
const lines: string[] = [];
const upstreamPaths: string[] = [];
const noteRequest = (message: unknown): void => {
  const { request } = message as { request: { origin: string; path: string } };
  upstreamPaths.push(request.origin + request.path);
};

beforeAll(async () => {
  redis = await redisServer();
  dataDir = await mkdtemp(join(tmpdir(), 'lienthong-leak-'));
  const log = createLog({ level: 'trace', destination: { write: (line) => lines.push(line) } });
  subscribe('undici:request:create', noteRequest);
  product = await startPlanted({ REDIS_URL: redis.url, DATA_DIR: dataDir, SYNC_READ_BACK_AFTER_MS: '200' }, { log });
});
afterAll(async () => {
  unsubscribe('undici:request:create', noteRequest);
  await product.stop();
  await redis.kill();
  await rm(dataDir, { recursive: true, force: true });
});

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly example?: unknown }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly example?: unknown }>> };
}

/** The answers that are no successes: they must tell nothing. */
const refusals: string[] = [];

async function send(method: string, path: string, body: string | null, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(product.url + path, { method, headers, ...(body === null ? {} : { body }) });
  const text = await answer.text();
  if (!answer.ok) refusals.push(`${method} ${path}: ${answer.status} ${text}`);
}

/** Every operation with its example: its persons marked, and once more broken, so that refusals have something to repeat. */
async function sendAll(): Promise<number> {
  const document = (await (await fetch(`${product.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  let sent = 0;
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { parameters = [], requestBody }] of Object.entries(operations)) {
      const headers: Record<string, string> = { authorization: `Bearer ${product.token}` };
      const query = new URLSearchParams();
      let pathname = path;
      for (const { name, in: place, example } of parameters) {
        if (example === undefined) continue;
        if (place === 'path') pathname = pathname.replace(`{${name}}`, encodeURIComponent(String(example)));
        else if (place === 'query') query.set(name, String(example));
        else headers[name] = String(example);
      }
      const url = query.size > 0 ? `${pathname}?${query}` : pathname;
      const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
      if (type) headers['content-type'] = type;
      const upper = method.toUpperCase();
      if (type !== 'application/json') {
        await send(upper, url, media?.example === undefined ? null : String(media.example), headers);
      } else {
        const body = marked(media?.example) as Record<string, unknown>;
        await send(upper, url, JSON.stringify(body), headers);
        const broken = { ...body, khongCo: MARKED, applicant: [MARKED], personalId: `${MARKED.personalId}x` };
        await send(upper, url, JSON.stringify(broken), {
          ...headers,
          'idempotency-key': randomBytes(8).toString('hex'),
        });
        await send(upper, url, `{"name":"${MARKED.name}",`, { ...headers, 'idempotency-key': 'broken' });
      }
      sent++;
    }
  }
  return sent;
}

/** A dossier of marked persons goes its whole way: pushed, paused, paid for, handed over, imported, searched for. */
async function live(): Promise<void> {
  const code = 'H15.50-260310-7770';
  const bearer = { authorization: `Bearer ${product.token}`, 'content-type': 'application/json' };
  const dossier = {
    procedureCode: '1.005129',
    agencyCode: 'H15.50',
    channel: 'online',
    receivedAt: '2026-03-10T08:30:00+07:00',
    applicant: { kind: 'citizen', ...MARKED, birthDate: '1990-05-17', note: undefined },
    submitter: { name: MARKED.name, personalId: MARKED.personalId },
    summary: MARKED.note,
    results: [{ name: `Giấy chứng nhận của ${MARKED.name}`, number: MARKED.personalId }],
  };
  await send('PUT', `/v1/dossiers/${code}`, JSON.stringify(dossier), bearer);
  await product.act('land-registry', { act: 'pause', dossier: code, reason: 'financial-obligation' });
  const event = {
    eventId: 'leak-1',
    dossierCode: code,
    status: 'processing',
    occurredAt: '2026-03-12T09:00:00+07:00',
    officer: { id: 'cb-1', name: MARKED.name },
    note: MARKED.note,
  };
  // Read again with another content: quarantined, or refused.
  for (const note of [MARKED.note, `${MARKED.note}!`])
    await send('POST', '/v1/events', JSON.stringify({ events: [{ ...event, note }] }), bearer);
  const push = (data: object): Promise<void> => {
    const body = JSON.stringify({ type: 'dossier.status.changed', timestamp: new Date().toISOString(), data });
    const id = `leak-${randomBytes(6).toString('hex')}`;
    const now = new Date();
    return send('POST', '/v1/webhooks/coordination', body, {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(product.webhookSecret).sign(id, now, body),
    });
  };
  const told = { status: 'processing', note: MARKED.note, actor: MARKED.name, applicant: dossier.applicant };
  await push({ ...told, dossierCode: code, occurredAt: '2026-03-13T09:00:00+07:00' });
  // Opened by a push; too far ahead: quarantined; unreadable.
  await push({ ...told, dossierCode: 'H15.50-260310-7771', occurredAt: '2026-03-13T09:00:00+07:00' });
  await push({ ...told, dossierCode: code, occurredAt: '2099-03-13T09:00:00+07:00' });
  await push({ ...told, dossierCode: code, occurredAt: MARKED.name });
  const land = `/v1/webhooks/land-registry/CapNhatTrangThai/${product.securityCode}`;
  await send('POST', land, JSON.stringify({ ChuHoSo: MARKED.name, GhiChu: MARKED.note }), bearer);
  await send('POST', land, `${MARKED.name}, ${MARKED.personalId}`, bearer);
  const rows = [
    {
      dossier: { code: 'H15.50-260310-7772', ...dossier },
      events: [{ ...event, eventId: 'leak-2', dossierCode: undefined }],
    },
    {
      dossier: {
        code: 'H15.50-260310-7773',
        ...dossier,
        applicant: { ...MARKED, personalId: `${MARKED.personalId}9` },
      },
    },
    { dossier: MARKED.name },
  ];
  await send('POST', '/v1/imports?mode=adopt', rows.map((row) => JSON.stringify(row)).join('\n'), {
    ...bearer,
    'content-type': 'application/x-ndjson',
  });
  const asked = { dossierCode: code, personalId: MARKED.personalId, birthDate: '1990-05-17' };
  const why = { 'x-purpose': 'citizen-self-service', 'x-dossier': code, 'x-officer': 'cong-dan' };
  await send('POST', '/v1/dossiers/search', JSON.stringify(asked), { ...bearer, ...why });
  await product.act('land-registry', { act: 'resume', dossier: code });
}

const quiet = async (): Promise<boolean> => {
  const { rows } = await product.deps.pool.query<{ n: number }>(`
    select (select count(*) from sync_state where acked_seq < head_seq and blocked_reason is null and mode = 'send' and next_attempt_at < now() + interval '1 minute')
      + (select count(*) from import where state in ('receiving', 'running')) as n`);
  return rows[0]!.n === 0;
};

/** Columns of the database in which a mark stands, as whoever has no key reads them; the audit's own are left out. */
async function columnsWithMarks(): Promise<string[]> {
  const bare = new pg.Pool({ connectionString: product.databaseUrl, max: 4 });
  try {
    const { rows: tables } = await bare.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    );
    const found = new Set<string>();
    for (const { name } of tables) {
      const { rows } = await bare.query<{ row: Record<string, unknown> }>(`select to_jsonb(t) as row from "${name}" t`);
      for (const { row } of rows)
        for (const [column, value] of Object.entries(row))
          if (isMarked(typeof value === 'string' ? value : JSON.stringify(value))) found.add(`${name}.${column}`);
    }
    return [...found].filter((column) => !column.startsWith('audit_entry.'));
  } finally {
    await bare.end();
  }
}

async function redisWithMarks(): Promise<string[]> {
  const client = new Redis(redis.url);
  const found: string[] = [];
  const keys = await client.keys('*');
  for (const key of keys) {
    const value = (await client.getBuffer(key)) ?? Buffer.alloc(0);
    if (isMarked(key) || isMarked(value.toString('utf8'))) found.push(key);
  }
  client.disconnect();
  expect(keys.length).toBeGreaterThan(0);
  return found;
}

it('no mark of a person stands in logs, metrics, addresses, refusals, Redis, files, or in clear in the database', async () => {
  expect(await sendAll()).toBeGreaterThan(100);
  await live();
  await until('nothing is on its way any more', quiet);
  const metrics = await (await fetch(`${product.url}/metrics`)).text();
  const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), 'utf8')),
  );
  expect(lines.length).toBeGreaterThan(100);
  expect(upstreamPaths.length).toBeGreaterThan(100);
  expect({
    log: lines.filter(isMarked).slice(0, 5),
    metrics: metrics.split('\n').filter(isMarked),
    addresses: upstreamPaths.filter((path) => isMarked(decodeURIComponent(path))),
    refusals: refusals.filter(isMarked),
    redis: await redisWithMarks(),
    files: texts.filter(isMarked),
    columns: await columnsWithMarks(),
  }).toEqual({ log: [], metrics: [], addresses: [], refusals: [], redis: [], files: [], columns: [] });
});

it('the marks had come in: whoever has the key reads them where they are sealed, the portal was told, and plain ones are found', async () => {
  const { pool } = product.deps;
  const told = await product.igate<object>('GET', '/v1/dossiers/H15.50-260310-7770');
  expect(JSON.stringify(told)).toContain(MARKED.personalId);
  expect(JSON.stringify(await product.atPortal('H15.50-260310-7770'))).toContain(MARKED.name);
  for (const column of ['dossier_fields.fields', 'timeline_entry.body', 'quarantine.command', 'quarantine.raw']) {
    const [table, name] = column.split('.');
    const { rows } = await pool.query(`select ${name} as value from ${table}`);
    expect([column, rows.some(({ value }) => isMarked(JSON.stringify(value)))]).toEqual([column, true]);
  }
  const { rows: messages } = await pool.query<{ body: Buffer }>('select body from exchange_log');
  expect(messages.some(({ body }) => isMarked(openedBytes(body, product.seal).toString('utf8')))).toBe(true);
  await pool.query(`insert into alert (kind, key, detail) values ('x', 'x', $1)`, [{ name: MARKED.name }]);
  await pool.query(`update import set file_name = $1`, [MARKED.phone]);
  await pool.query(
    `insert into exchange_log (at, direction, system, operation, body) values (now(), 'in', 'x', 'x', $1)`,
    [Buffer.from(MARKED.note)],
  );
  expect(await columnsWithMarks()).toEqual(['alert.detail', 'exchange_log.body', 'import.file_name']);
});
