/** @module A fee is paid online from end to end: nobody is asked to pay twice, money that went astray is found and given back, the portal hears of it. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

interface Payment {
  readonly id: string;
  readonly reference: string;
  readonly state: string;
  readonly cause: string | null;
  readonly mayPayAgain: boolean;
  readonly payUrl: string | null;
  readonly receipt: string;
  readonly dossierToldAt: string | null;
  readonly portalShows: boolean | null;
  readonly debits: readonly { readonly transactionId: string | null; readonly settledOn: string | null }[];
  readonly refunds: readonly { readonly state: string }[];
}

const FEES = [{ code: 'LP01', name: 'Lệ phí đăng ký', kind: 'charge', amount: 50_000 }];
const PLATFORM = 'payment-platform';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());
afterEach(() => send('PUT', `/_faults/${PLATFORM}`, {}));

async function send<T>(method: string, path: string, body: object): Promise<T> {
  const answer = await fetch(product.simulators + path, { method, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
const act = <T = unknown>(act: string, more: object): Promise<T> => send('POST', `/_act/${PLATFORM}`, { act, ...more });

let dossiers = 0;
/** A dossier that iGate has registered. */
async function dossier(): Promise<string> {
  const code = `H15.50-260310-${String(++dossiers).padStart(4, '0')}`;
  await product.igate('PUT', `/v1/dossiers/${code}`, {
    procedureCode: '1.005129',
    agencyCode: 'H15.50',
    channel: 'online',
    submittedAt: '2026-03-10T08:00:00+07:00',
    receivedAt: '2026-03-10T08:30:00+07:00',
    applicant: { kind: 'citizen', name: 'Nguyễn Văn An', personalId: '066090000123' },
  });
  return code;
}
const ask = (dossierCode: string, key: string = randomUUID()): Promise<Payment> =>
  product.igate('POST', '/v1/payments', { dossierCode, fees: FEES }, { 'idempotency-key': key });
const read = (id: string): Promise<Payment> => product.igate('GET', `/v1/payments/${id}`);

/** Waits until the payment is so. */
const becomes = (id: string, what: string, isSo: (payment: Payment) => boolean): Promise<unknown> =>
  until(`payment ${id} ${what}`, async () => isSo(await read(id)));

/** The day's file, handed over as an operator does. */
async function handOver(): Promise<{ outcomes: Record<string, number>; faults: number; isComplete: boolean }> {
  const { path } = await act<{ path: string }>('settle', {});
  const file = await (await fetch(product.simulators + path)).text();
  const answer = await fetch(`${product.url}/v1/settlements`, {
    method: 'POST',
    headers: { authorization: `Bearer ${product.token}`, 'content-type': 'text/csv' },
    body: file,
  });
  expect(answer.status).toBe(200);
  return answer.json() as ReturnType<typeof handOver>;
}

const differencesOf = async (dossierCode: string): Promise<string[][]> => {
  const { items } = await product.igate<{ items: { dossierCode: string | null; outcomes: string[] }[] }>(
    'GET',
    '/v1/payments/differences',
  );
  return items.filter((item) => item.dossierCode === dossierCode).map(({ outcomes }) => outcomes);
};

const paidOnlineAtPortal = async (code: string): Promise<string | undefined> =>
  (await product.atPortal<{ DuocThanhToanTrucTuyen?: string } | null>(code))?.DuocThanhToanTrucTuyen;

describe('a fee paid at the page', () => {
  it('is told by the notice, is an entry of the dossier, shows at the portal, and has its receipt', async () => {
    const code = await dossier();
    const payment = await ask(code);
    expect(payment).toMatchObject({ state: 'pending', mayPayAgain: false });
    await fetch(payment.payUrl!, { method: 'POST', body: 'act=pay' });
    await becomes(payment.id, 'is paid and shown', (one) => one.state === 'succeeded' && one.portalShows === true);
    expect(await paidOnlineAtPortal(code)).toBe('1');
    const { events } = await product.igate<{ events: { type: string; source: string; details: object }[] }>(
      'GET',
      `/v1/dossiers/${code}/timeline`,
    );
    expect(events.filter(({ type }) => type === 'payment')).toMatchObject([
      { source: PLATFORM, details: { reference: payment.reference, amount: 50_000 } },
    ]);
    const bill = await product.igate<{ receipt: string; url: string }>('GET', `/v1/payments/${payment.id}/bill`);
    expect(bill).toMatchObject({ receipt: 'issued', url: expect.stringContaining('/_bill?') });
    expect(await handOver()).toMatchObject({ faults: 0, isComplete: true, outcomes: { matched: 1 } });
    await becomes(payment.id, 'is settled', ({ state }) => state === 'settled');
    expect(await differencesOf(code)).toEqual([]);
  });

  it('is asked for once however often the same call comes, and never beside another', async () => {
    const code = await dossier();
    const key = randomUUID();
    const [first, again] = [await ask(code, key), await ask(code, key)];
    expect(again).toEqual(first);
    await expect(ask(code)).rejects.toThrow(/409 .*"code":"payment-open"/);
    await act('pay', { dossier: code });
    await becomes(first.id, 'is paid', ({ state }) => state === 'succeeded');
    await expect(ask(code)).rejects.toThrow(/409 .*"code":"payment-made"/);
  });

  it('may be asked for again once it has failed', async () => {
    const code = await dossier();
    const first = await ask(code);
    await act('fail', { dossier: code });
    await becomes(first.id, 'has failed', ({ state, mayPayAgain }) => state === 'failed' && mayPayAgain);
    expect((await ask(code)).id).not.toBe(first.id);
  });
});

describe('a payment whose answer was lost', () => {
  it('is found by asking, never asked for twice, and no payer is sent to pay again meanwhile', async () => {
    const code = await dossier();
    await send('PUT', `/_faults/${PLATFORM}`, { lostAnswerRate: 1 });
    const payment = await ask(code);
    expect(payment).toMatchObject({ state: 'unknown', cause: 'answer-lost', payUrl: null, mayPayAgain: false });
    await expect(ask(code)).rejects.toThrow(/409 .*"code":"payment-open"/);
    await send('PUT', `/_faults/${PLATFORM}`, {});
    await becomes(payment.id, 'has its page', ({ state, payUrl }) => state === 'pending' && payUrl !== null);
    const { records } = await product.ask<{ records: { service: string; effect: boolean }[] }>(
      `/_seen/${PLATFORM}?dossier=${code}`,
    );
    expect(records.filter(({ effect }) => effect)).toHaveLength(1);
    await fetch((await read(payment.id)).payUrl!, { method: 'POST', body: 'act=pay' });
    await becomes(payment.id, 'is paid', ({ state }) => state === 'succeeded');
    await until('the portal shows it', async () => (await paidOnlineAtPortal(code)) === '1');
  });

  it('whose page the platform gives only once is given up, so that another may be asked for', async () => {
    const code = await dossier();
    await send('PUT', `/_settings/${PLATFORM}`, { repeatsInit: false });
    await send('PUT', `/_faults/${PLATFORM}`, { lostAnswerRate: 1 });
    const payment = await ask(code);
    await send('PUT', `/_faults/${PLATFORM}`, {});
    await becomes(payment.id, 'is given up', ({ state, cause }) => state === 'failed' && cause === 'page-lost');
    await send('PUT', `/_settings/${PLATFORM}`, { repeatsInit: true });
    expect(await ask(code)).toMatchObject({ state: 'pending' });
  });

  it('that never reached the platform is asked for by the repeated call', async () => {
    const code = await dossier();
    const key = randomUUID();
    await send('PUT', `/_faults/${PLATFORM}`, { errorRate: 1, status: 503 });
    await expect(ask(code, key)).rejects.toThrow(/503 .*"code":"upstream-unavailable"/);
    await send('PUT', `/_faults/${PLATFORM}`, {});
    expect(await ask(code, key)).toMatchObject({ state: 'pending' });
  });
});

it('a notice that was lost is made good by asking', async () => {
  const code = await dossier();
  const payment = await ask(code);
  await act('lose-notice', { dossier: code });
  await becomes(payment.id, 'is paid', ({ state, dossierToldAt }) => state === 'succeeded' && dossierToldAt !== null);
  const { history } = await product.igate<{ history: { kind: string }[] }>('GET', `/v1/payments/${payment.id}`);
  expect(history.map(({ kind }) => kind)).toContain('question');
  expect(history.map(({ kind }) => kind)).not.toContain('notice');
});

describe('money that left its payer without becoming a payment', () => {
  it('is found by the settlement, given back, and the file that shows it back closes the case', async () => {
    const code = await dossier();
    const payment = await ask(code);
    await act('debit-without-recording', { dossier: code });
    await becomes(payment.id, 'has failed', ({ state }) => state === 'failed');
    expect(await differencesOf(code)).toEqual([]);

    expect((await handOver()).outcomes).toMatchObject({ 'debited-failed': 1 });
    await becomes(payment.id, 'is known as debited', ({ state }) => state === 'debited-failed');
    expect(await differencesOf(code)).toEqual([['debited-failed']]);
    await expect(ask(code)).rejects.toThrow(/409 .*"code":"payment-open"/);

    const key = { 'idempotency-key': randomUUID() };
    const reason = { reason: 'Trừ tiền nhưng giao dịch không thành công' };
    await product.igate('POST', `/v1/payments/${payment.id}/refund`, reason, key);
    await becomes(payment.id, 'is refunded', ({ state, refunds }) => state === 'refunded' && refunds.length === 1);
    expect((await handOver()).outcomes).toMatchObject({ 'given-back': 1 });
    expect(await differencesOf(code)).toEqual([]);
    expect(await paidOnlineAtPortal(code)).toBeUndefined();
    expect((await ask(code)).id).not.toBe(payment.id);
  });

  it('is recovered when the platform records it after all', async () => {
    const code = await dossier();
    const payment = await ask(code);
    await act('debit-without-recording', { dossier: code });
    await handOver();
    await becomes(payment.id, 'is known as debited', ({ state }) => state === 'debited-failed');
    await act('record', { dossier: code });
    await becomes(
      payment.id,
      'is recovered',
      ({ state, portalShows }) => state === 'recovered' && portalShows === true,
    );
    expect(await differencesOf(code)).toEqual([]);
  });
});

it('what was paid twice is a difference until one of the two went back', async () => {
  const code = await dossier();
  const payment = await ask(code);
  await act('pay', { dossier: code });
  await becomes(payment.id, 'is paid', ({ state }) => state === 'succeeded');
  await act('pay-twice', { dossier: code });
  await becomes(payment.id, 'was debited twice', ({ debits }) => debits.length === 2);
  expect(await differencesOf(code)).toEqual([['paid-twice', 'expected']]);
  const reason = { reason: 'Nộp trùng' };
  const refund = (more: object): Promise<unknown> =>
    product.igate(
      'POST',
      `/v1/payments/${payment.id}/refund`,
      { ...reason, ...more },
      { 'idempotency-key': randomUUID() },
    );
  await expect(refund({})).rejects.toThrow(/422 .*\$\.transactionId/);
  await refund({ transactionId: (await read(payment.id)).debits[1]!.transactionId! });
  await becomes(payment.id, 'has one debit left', ({ refunds }) => refunds[0]?.state === 'refunded');
  expect((await read(payment.id)).state).toBe('succeeded');
  expect(await differencesOf(code)).toEqual([]);
});

it('a refund whose answer was lost is asked about, and takes the payment back at the portal', async () => {
  const code = await dossier();
  const payment = await ask(code);
  await act('pay', { dossier: code });
  await becomes(payment.id, 'is shown', ({ portalShows }) => portalShows === true);
  await send('PUT', `/_faults/${PLATFORM}`, { lostAnswerRate: 1 });
  const refund = await product.igate<{ state: string }>(
    'POST',
    `/v1/payments/${payment.id}/refund`,
    { reason: 'Công dân rút hồ sơ' },
    { 'idempotency-key': randomUUID() },
  );
  expect(refund.state).toBe('unknown');
  await send('PUT', `/_faults/${PLATFORM}`, {});
  await becomes(payment.id, 'is refunded', ({ state }) => state === 'refunded');
  const { records } = await product.ask<{ records: { service: string }[] }>(`/_seen/${PLATFORM}?dossier=${code}`);
  expect(records.filter(({ service }) => service === 'REFUND')).toHaveLength(1);
  await until('the portal no longer shows it as paid', async () => (await paidOnlineAtPortal(code)) === '0');
});

describe('a settlement file', () => {
  const upload = async (
    body: string | ReadableStream<Uint8Array>,
  ): Promise<{ status: number; code?: string; violations?: object[]; faultyLines?: object[] }> => {
    const answer = await fetch(`${product.url}/v1/settlements`, {
      method: 'POST',
      headers: { authorization: `Bearer ${product.token}`, 'content-type': 'text/csv' },
      body,
      duplex: 'half',
    } as RequestInit);
    return { status: answer.status, ...((await answer.json()) as object) };
  };
  const HEAD = 'STT,LoaiGD,MaThamChieu,MaGiaoDich,SoTien,MaTienTe,MaNganHang,MaDonVi,ThoiGianGD,NgayQuyetToan';

  it('that is none is refused with the columns that it lacks', async () => {
    expect(await upload('a,b,c\n1,2,3\n')).toMatchObject({
      status: 422,
      code: 'validation',
      violations: expect.arrayContaining([expect.objectContaining({ path: 'line 1' })]),
    });
    expect((await upload('')).status).toBe(422);
  });

  it('with bad lines is taken, each of them named', async () => {
    const bad = ['1,TT,LTX,PPX,50.000,VND,,,20260310143005,20260311', '2,XX,LTX,PPX,1,VND,,,x,y'];
    expect(await upload([HEAD, ...bad].join('\n'))).toMatchObject({
      status: 200,
      faultyLines: [
        { line: 2, faults: [{ path: 'SoTien' }] },
        { line: 3, faults: [{ path: 'LoaiGD' }, { path: 'ThoiGianGD' }, { path: 'NgayQuyetToan' }] },
      ],
    });
  });

  it('larger than is taken is refused, also when nobody stated its length', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const endless = new ReadableStream({
      pull(controller) {
        controller.enqueue(piece);
      },
    });
    const outcome = await upload(endless).catch((error: unknown) => error);
    // The gateway answers and hangs up while the sender still sends: some clients see the answer, others the hang-up.
    if (outcome instanceof Error) expect(outcome.message).toBe('fetch failed');
    else expect(outcome).toMatchObject({ status: 413, code: 'payload-too-large' });
  });
});

it('money that nobody asked for is named, with its reference and its agency', async () => {
  const { reference, path } = await act<{ reference: string; path: string }>('invent-settlement', { unit: 'H15.50' });
  await (await fetch(product.simulators + path)).text();
  await handOver();
  const { items } = await product.igate<{ items: { reference: string; outcomes: string[]; agencyCode: string }[] }>(
    'GET',
    '/v1/payments/differences?kind=settled-unknown-to-us',
  );
  expect(items).toMatchObject([{ reference, agencyCode: 'H15.50', outcomes: ['settled-unknown-to-us'] }]);
  const report = await product.igate<{ total: { references: number; outcomes: Record<string, { count: number }> } }>(
    'GET',
    '/v1/reports/payments',
  );
  expect(report.total.outcomes['settled-unknown-to-us']).toEqual({ count: 1, amount: 50_000 });
  const counts = Object.values(report.total.outcomes).map(({ count }) => count);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(report.total.references);
});
