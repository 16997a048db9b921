/** @module The payment platform's notice over the whole pipeline: from one good notice, one mutation per test. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PaymentReport } from '../../src/capabilities/payments.ts';
import { GatewayError } from '../../src/errors.ts';
import { FORMER_PLATFORM_SECRET, type Gateway, gateway, PLATFORM_SECRET } from './gateway.ts';

const URL = '/v1/webhooks/payment-platform';

const FIELDS = {
  LoaiBanTin: 'confirm',
  MaLoi: '00',
  MaDoiTac: 'H15',
  MaThamChieu: 'LT260310083000A1B2C3',
  SoTien: '50000',
  MaTienTe: 'VND',
  MaGiaoDich: 'PP1',
  MaNganHang: 'BIDV',
  ThoiGianGD: '20260310143005',
  ThongTinGiaoDich: 'Thanh toan ho so H15.50-260310-0001',
};
const proof = (fields: object, secret = PLATFORM_SECRET): string =>
  createHash('sha256')
    .update([...Object.values(fields), secret].join('|'))
    .digest('hex');
const GOOD = { ...FIELDS, MoTaLoi: '', MaXacThuc: proof(FIELDS) };

let running: Gateway;
beforeAll(async () => {
  running = await gateway();
});
afterAll(() => running.app.close());

const send = (body: unknown, headers: Record<string, string> = {}) =>
  running.app.inject({
    method: 'POST',
    url: URL,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('a notice', () => {
  it('with the right checksum is taken and answered in the platform’s own words', async () => {
    const before = running.payments.length;
    const answer = await send(GOOD);
    expect([answer.statusCode, answer.json()]).toEqual([200, { MaLoi: '00', MoTaLoi: '' }]);
    expect(running.payments.slice(before)).toMatchObject([
      { reference: FIELDS.MaThamChieu, status: 'paid', amount: 50_000 },
    ]);
  });

  it('proven with the former secret is taken while one is rotated', async () => {
    expect((await send({ ...GOOD, MaXacThuc: proof(FIELDS, FORMER_PLATFORM_SECRET) })).statusCode).toBe(200);
  });

  it.each<[string, object]>([
    ['no checksum', { MaXacThuc: undefined }],
    ['an empty one', { MaXacThuc: '' }],
    ['one in capitals', { MaXacThuc: GOOD.MaXacThuc.toUpperCase() }],
    ['one of another secret', { MaXacThuc: proof(FIELDS, 'other') }],
    ['one that is no text', { MaXacThuc: 1 }],
    ...Object.keys(FIELDS).map((name) => [`a changed ${name}`, { [name]: 'x' }] satisfies [string, object]),
  ])('with %s is refused, and nothing of it is believed', async (_title, change) => {
    const before = running.payments.length;
    const answer = await send({ ...GOOD, ...change });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'webhook-proof-invalid']);
    expect(running.payments.length).toBe(before);
  });

  it.each(['', '{', '[]', 'null', '"x"', '\u0000'])('that is %j is refused like any unproven one', async (body) => {
    expect((await send(body)).statusCode).toBe(401);
  });

  it('that is proven but has no amount is kept aside, and the platform is told that it was taken', async () => {
    const fields = { ...FIELDS, SoTien: '50.000' };
    const before = running.aside.length;
    const answer = await send({ ...fields, MoTaLoi: '', MaXacThuc: proof(fields) });
    expect(answer.json()).toEqual({ MaLoi: '00', MoTaLoi: '' });
    expect(running.aside.slice(before)).toMatchObject([
      { reason: 'unreadable', detail: expect.stringContaining('$.SoTien') },
    ]);
  });

  it('leaves nothing of the secret in the log', () => {
    expect(running.logLines.join('')).not.toContain(PLATFORM_SECRET);
  });
});

it('a notice that cannot be kept is asked to come again', async () => {
  const failing = await gateway({
    takePayments: (_reports: readonly PaymentReport[]) =>
      Promise.reject(new GatewayError('database-unavailable', { retryAfter: 2 })),
  });
  const answer = await failing.app.inject({ method: 'POST', url: URL, payload: GOOD });
  expect([answer.statusCode, answer.json().MaLoi, answer.headers['retry-after']]).toEqual([503, '99', '2']);
  await failing.app.close();
});
