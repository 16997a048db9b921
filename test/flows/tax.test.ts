/** @module A land dossier that is handed over, paused by the tax authority's notice and resumed by its voucher, beside the land registry's own pause. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openedBytes } from '../../src/access/sealed-json.ts';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

const time = (local: string): string => `2026-${local}:00+07:00`;

async function handOver(code: string): Promise<void> {
  await product.igate('PUT', `/v1/dossiers/${code}`, {
    procedureCode: '1.005129',
    agencyCode: 'H15.58',
    channel: 'online',
    submittedAt: time('03-10T08:00'),
    receivedAt: time('03-10T08:30'),
    applicant: { kind: 'citizen', name: 'Nguyễn Văn An', personalId: '066090000123' },
  });
  const response = await fetch(`${product.url}/v1/exchanges`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${product.token}`,
      'content-type': 'application/json',
      'idempotency-key': `hand-over-${code}`,
    },
    body: JSON.stringify({ dossierCode: code, content: { kind: 'land', provinceCode: '66', communeCode: '24490' } }),
  });
  expect(response.status).toBe(201);
}

const tax = (code: string, act: string, at: string, more: object = {}) =>
  product.act('tax', { act, dossier: code, at: time(at), ...more });
const land = (code: string, act: string, at: string, more: object = {}) =>
  product.act('land-registry', { act, dossier: code, at: time(at), ...more });

/** Waits until the portal shows these statuses, in this order. */
async function untilShown(code: string, ...statuses: string[]): Promise<void> {
  const shown = async (): Promise<string[]> => {
    const { records } = await product.ask<{ records: { service: string; status: string }[] }>(
      `/_seen/national-portal?dossier=${code}`,
    );
    return records.filter(({ service }) => service === 'CapNhatTienDoHoSoMC').map(({ status }) => status);
  };
  await until(`the portal shows ${statuses.join(' ')}`, async () => (await shown()).length >= statuses.length);
  expect(await shown()).toEqual(statuses);
}

interface Dossier {
  readonly status: string;
  readonly pauseReason: string | null;
  readonly pauses: readonly { readonly source: string; readonly reason: string }[];
  readonly clock: { readonly suspendedWorkingMinutes: number };
}
const dossierOf = (code: string) => product.igate<Dossier>('GET', `/v1/dossiers/${code}`);

it('a notice pauses it, its voucher ends the pause, and the time between is not counted', async () => {
  const code = 'H15.58-260310-0101';
  await handOver(code);
  await tax(code, 'send-notice', '03-12T16:00', { noticeNumber: 'TB-101', amount: 1_500_000 });
  await untilShown(code, '1', '2', '6');
  expect(await dossierOf(code)).toMatchObject({ status: 'paused', pauseReason: 'citizen-payment' });
  await tax(code, 'send-voucher', '03-16T16:00');
  await untilShown(code, '1', '2', '6', '4');
  expect(await dossierOf(code)).toMatchObject({
    status: 'processing',
    pauses: [],
    clock: { suspendedWorkingMinutes: 2 * 480 },
  });
});

it('a voucher ends only the tax authority’s pause: the land registry’s is its own to end', async () => {
  const code = 'H15.58-260310-0102';
  await handOver(code);
  await land(code, 'pause', '03-11T08:00', { reason: 'tax-determination' });
  await tax(code, 'send-notice', '03-12T16:00', { noticeNumber: 'TB-102', amount: 1_500_000 });
  await tax(code, 'send-voucher', '03-13T09:00', { amount: 500_000 });
  expect((await dossierOf(code)).pauses.map(({ source }) => source)).toEqual(['land-registry', 'tax']);
  await tax(code, 'send-voucher', '03-13T10:00');
  expect(await dossierOf(code)).toMatchObject({
    status: 'paused',
    pauseReason: 'tax-determination',
    pauses: [{ source: 'land-registry' }],
  });
  await land(code, 'resume', '03-16T08:00');
  await untilShown(code, '1', '2', '6', '6', '4');
  expect((await dossierOf(code)).status).toBe('processing');
});

describe('a message with wrong rows', () => {
  it('is answered row by row: the good are taken, the bad named and kept aside, the key never kept', async () => {
    const [good, also] = ['H15.58-260310-0103', 'H15.58-260310-0104'];
    await handOver(good);
    await handOver(also);
    const rows = [
      { dossier: also, notice: 'TB-104' },
      { dossier: 'H15.58-260310-0999', notice: 'TB-999' },
      { dossier: 'H15.58-260310-0105', amount: 'một triệu' },
      { dossier: 'H15.58-260310-0106', date: '31-02-2026' },
    ];
    const answered = await product.actAnswered<{
      answer: { status: number; body: { data: Record<string, string>[] } };
    }>('tax', { act: 'send-notice', dossier: good, at: time('03-12T16:00'), noticeNumber: 'TB-103', rows });
    expect(answered.answer.status).toBe(207);
    expect(answered.answer.body.data).toEqual([
      { MA_HSO: good, error_code: '0', message: '' },
      { MA_HSO: also, error_code: '0', message: '' },
      { MA_HSO: 'H15.58-260310-0999', error_code: '1', message: 'không có hồ sơ này' },
      { MA_HSO: 'H15.58-260310-0105', error_code: '1', message: expect.stringContaining('SO_TIEN: số tiền') },
      { MA_HSO: 'H15.58-260310-0106', error_code: '1', message: expect.stringContaining('NGAY_QUYET_DINH') },
    ]);
    await untilShown(good, '1', '2', '6');
    await untilShown(also, '1', '2', '6');
    const { items } = await product.igate<{ items: { source: string; reason: string; dossierRef: string }[] }>(
      'GET',
      '/v1/quarantine?limit=50',
    );
    expect(
      items.filter(({ source }) => source === 'tax').map(({ reason, dossierRef }) => [reason, dossierRef]),
    ).toEqual([
      ['unknown-dossier', 'H15.58-260310-0999'],
      ['unreadable', 'H15.58-260310-0105'],
    ]);
    const { rows: kept } = await product.deps.pool.query<{ body: Buffer }>(
      "select body from exchange_log where system = 'tax'",
    );
    expect(kept.length).toBeGreaterThan(0);
    for (const { body } of kept)
      expect(openedBytes(body, product.seal).toString('utf8')).toContain('"SecurityKey":"***"');
  });

  it.each([
    ['a wrong key', { SecurityKey: 'x' }, 401],
    ['no file', { Data: {} }, 400],
  ])('with %s is refused', async (_title, more, status) => {
    const message = {
      SecurityKey: product.securityCode,
      Service: 'ThongBaoThue',
      Ngay: '',
      IsUpdating: '0',
      Data: {},
      ...more,
    };
    const response = await fetch(`${product.url}/v1/webhooks/tax`, { method: 'POST', body: JSON.stringify(message) });
    expect(response.status).toBe(status);
  });
});
