import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import connector from '../../connectors/national-portal/connector.ts';
import { sealWith } from '../../src/access/seal.ts';
import { openedBytes } from '../../src/access/sealed-json.ts';
import { GatewayError } from '../../src/errors.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import { LateStatuses } from '../../src/shim/part.ts';
import { shimRoutes } from '../../src/shim/routes.ts';
import { createSessions } from '../../src/shim/session.ts';
import { MINUTE } from '../../src/units.ts';
import { at, registration } from '../support/commands.ts';
import { testSeal } from '../support/seal.ts';
import { openTimeline, silent, type Timeline } from '../support/timeline.ts';
import { type Gateway, gatewayWith } from '../watch/gateway.ts';

let timeline: Timeline;
let gateway: Gateway;
let now = at('03-20T09:00');
let refusing: GatewayError | null = null;
let client = { scopes: ['dossiers.read', 'dossiers.write', 'events.write'], agencies: ['H15'] };
const sessions = createSessions(sealWith(randomBytes(32).toString('base64')));

beforeAll(async () => {
  timeline = await openTimeline(() => now);
  const appender = timeline.appender();
  const routes = shimRoutes({
    db: timeline.pool,
    seal: testSeal,
    append: (request) => (refusing ? Promise.reject(refusing) : appender.append(request)),
    catalogue: () => timeline.catalogue,
    treat: () => ({ mode: 'send', owns: null }),
    findClient: async (clientId) =>
      clientId === 'igate' ? { clientId, secretHash: hashSecret('secret'), ...client } : undefined,
    sessions,
    waitMs: 2 * MINUTE,
    connectors: [connector],
    upstreamOf: () => null,
  });
  gateway = await gatewayWith(routes, () => now);
});
beforeEach(async () => {
  now = at('03-20T09:00');
  refusing = null;
  client = { scopes: ['dossiers.read', 'dossiers.write', 'events.write'], agencies: ['H15'] };
  gateway.audited.length = 0;
  await timeline.empty('shim_status');
});
afterAll(async () => {
  await gateway.app.close();
  await timeline.close();
});

const CODE = 'H15.50-260310-0001';
async function call(body: object | string, path = 'g') {
  const answer = await gateway.app.inject({
    method: 'POST',
    url: `/shim/national-portal/mapi/${path}`,
    headers: { 'content-type': 'application/json' },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.statusCode, headers: answer.headers, json: answer.json<Record<string, unknown>>() };
}
const session = (): string => sessions.open('igate', now);
const step = (TrangThai = '4') => ({
  session: session(),
  madonvi: 'H15',
  service: 'CapNhatTienDoHoSoMC',
  data: [{ MaHoSo: CODE, TrangThai, ThoiDiemXuLy: '20260311080000', NoiDungXuLy: 'Chuyển xử lý' }],
});

it('gives out a session that ends after a quarter of an hour and is nobody’s to make', async () => {
  const { json } = await call({ username: 'igate', password: 'secret' }, 'login');
  expect(json).toMatchObject({ error_code: 0, session: expect.any(String) });
  await timeline.append(registration(CODE));
  expect((await call({ ...step(), session: json.session })).json).toMatchObject({ error_code: '0' });
  now += 15 * MINUTE;
  expect((await call({ ...step(), session: json.session })).json).toMatchObject({ error_code: '-1' });
  const other = createSessions(sealWith(randomBytes(32).toString('base64')));
  expect((await call({ ...step(), session: other.open('igate', now) })).json).toMatchObject({ error_code: '-1' });
  expect((await call({ ...step(), session: sessions.open('removed', now) })).json).toMatchObject({ error_code: '-1' });
});

it('asks at each call what its client may now', async () => {
  await timeline.append(registration(CODE));
  client = { scopes: ['dossiers.read'], agencies: ['H15'] };
  expect((await call(step())).json).toMatchObject({ error_code: '-2' });
  client = { scopes: ['dossiers.read', 'dossiers.write', 'events.write'], agencies: ['H15.51'] };
  expect((await call({ ...step(), madonvi: 'H15.51' })).json).toMatchObject({ error_code: '-2' });
  expect(await timeline.rows("select 1 from timeline_entry where status = 'processing'")).toEqual([]);
});

it('keeps what was posted as it came, and audits who posted what', async () => {
  await timeline.append(registration(CODE));
  const body = step();
  await call(body);
  const [kept] = await timeline.rows<{ system: string; operation: string; body: Buffer }>(
    'select system, operation, body from exchange_log',
  );
  expect(kept).toMatchObject({ system: 'igate', operation: 'shim:national-portal' });
  expect(JSON.parse(openedBytes(kept!.body, testSeal).toString())).toEqual(body);
  expect(gateway.audited).toMatchObject([
    { clientId: 'igate', dossier: CODE, details: { service: 'CapNhatTienDoHoSoMC', dossiers: [CODE], count: 1 } },
  ]);
});

it('says in the portal’s words that the gateway cannot take anything now', async () => {
  await timeline.append(registration(CODE));
  refusing = new GatewayError('queue-full', { retryAfter: 3 });
  const { status, headers, json } = await call(step());
  expect({ status, json }).toEqual({ status: 503, json: { error_code: '-8', message: 'Cổng kết nối đang quá tải' } });
  expect(headers['retry-after']).toBe('3');
  refusing = null;
  expect((await call(step())).json).toMatchObject({ error_code: '0' });
});

it('answers what is no JSON as the portal does', async () => {
  for (const body of ['{', '[]', '"x"', ''])
    expect(await call(body)).toMatchObject({ status: 400, json: { error_code: '-5' } });
});

it('is in no document', async () => {
  const document = await gateway.app.inject('/openapi.json');
  expect(document.body).not.toContain('/shim/');
});

it('waits with a status that has no time for its step, and appends it only when none comes', async () => {
  const synchronise = (code: string) =>
    call({
      session: session(),
      madonvi: 'H15',
      service: 'DongBoHoSoMC',
      isUpdating: 'True',
      data: [
        {
          MaHoSo: code,
          MaTTHC: '1.005129',
          TenTTHC: 'x',
          MaLinhVuc: 'x',
          TenLinhVuc: 'x',
          KenhThucHien: '',
          ChuHoSo: 'Nguyễn Văn An',
          LoaiDoiTuong: '1',
          NgayTiepNhan: '20260310083000',
          TrangThaiHoSo: '6',
          DonViXuLy: 'UBND',
        },
      ],
    });
  const late = new LateStatuses({
    db: timeline.pool,
    append: (request) => timeline.appender().append(request),
    log: silent,
    now: () => now,
  });
  const pauses = () =>
    timeline.rows<{ code: string; at: number }>(
      `select d.code, floor(extract(epoch from e.occurred_at) * 1000)::float8 as at from timeline_entry e join dossier d on d.id = e.dossier_id where e.status = 'paused' order by 1`,
    );
  const other = 'H15.50-260310-0002';
  for (const code of [CODE, other]) expect((await synchronise(code)).json).toMatchObject({ error_code: '0' });
  const told = now;
  now += 1 * MINUTE;
  await synchronise(other);
  const paused = { ...step('6'), data: [{ ...step('6').data[0]!, ThoiDiemXuLy: '20260320085900' }] };
  expect((await call(paused)).json).toMatchObject({ error_code: '0' });
  await late.round();
  expect(await pauses()).toEqual([{ code: CODE, at: at('03-20T08:59') }]);

  now = told + 2 * MINUTE;
  await Promise.all([late.round(), late.round()]);
  await late.round();
  expect(await pauses()).toEqual([
    { code: CODE, at: at('03-20T08:59') },
    { code: other, at: told },
  ]);
  await synchronise(other);
  expect(await timeline.rows('select 1 from shim_status'), 'it was told by now').toEqual([]);
});
