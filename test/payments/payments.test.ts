/** @module The payments' domain over a real database: what two do at once, what a crash leaves behind, what is told once. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findDossier } from '../../src/dossiers/read-store.ts';
import { GatewayError } from '../../src/errors.ts';
import { follow } from '../../src/payments/follow.ts';
import { takeNotices } from '../../src/payments/hear.ts';
import { requestRefund } from '../../src/payments/refund.ts';
import { refundsOf } from '../../src/payments/refund-store.ts';
import { requestPayment } from '../../src/payments/request.ts';
import { takeSettlement } from '../../src/payments/settlement.ts';
import { readFaults } from '../../src/payments/settlement-store.ts';
import { claimDue, type PaymentRecord } from '../../src/payments/store.ts';
import { HOUR, MINUTE, SECOND } from '../../src/units.ts';
import { CODE, type Desk, FEES, failing, fileOf, NAME, notice, openDesk, PAYER, raw, settledLine } from './desk.ts';

const provider = ({ deps }: Desk) => deps.providers.get(NAME)!;
/** Follows a payment once, as its worker does when it is due. */
const followed = async (desk: Desk, { id }: PaymentRecord) => {
  const heard = await follow(desk.deps, provider(desk), await desk.read(id));
  return { heard, record: await desk.read(id) };
};
const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'done',
    (error: unknown) => (error instanceof GatewayError ? error.code : error),
  );
const refundWish = (payment: PaymentRecord, more: object = {}) => ({
  actId: randomUUID(),
  paymentId: payment.id,
  clientId: 'igate',
  officer: 'cb-204',
  reason: 'Nộp thừa',
  transactionId: undefined,
  signal: AbortSignal.timeout(10_000),
  ...more,
});

describe('asking for a payment', () => {
  it('at once by many is one payment: the others hear that it is open', async () => {
    const desk = await openDesk();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => codeOf(desk.ask())));
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'payment-open')).toHaveLength(7);
    expect(desk.platform.asked).toHaveLength(1);
  });

  it('for other fees of the dossier is another payment', async () => {
    const desk = await openDesk();
    await desk.ask();
    expect((await desk.ask(randomUUID(), [{ ...FEES[0]!, code: 'PH01' }])).payment.state).toBe('pending');
  });

  it('by the same act gives the same payment, whatever became of it since', async () => {
    const desk = await openDesk();
    const act = randomUUID();
    const first = await desk.ask(act);
    await takeNotices(desk.deps, [notice(first.reference)], raw);
    expect((await desk.ask(act)).payment.state).toBe('succeeded');
    expect(desk.platform.asked).toHaveLength(1);
  });

  it('again after a crash asks first, and sends only what is not there', async () => {
    const desk = await openDesk();
    const act = randomUUID();
    desk.platform.create = () => failing('unavailable', 'unknown');
    const lost = await desk.ask(act);
    // As a crash leaves it: written down, and nobody knows whether it was sent.
    await desk.timeline.pool.query(`update payment set state = 'created', cause = null`);
    desk.platform.create = () => 'https://pay.example.vn/page';
    desk.platform.query = () => ({ status: 'absent' });
    expect(await desk.ask(act)).toMatchObject({ id: lost.id, payment: { state: 'pending' } });
    expect(desk.platform.asked.map((asked) => asked.split(' ')[0])).toEqual(['create', 'query', 'create']);
    expect(new Set(desk.platform.asked.map((asked) => asked.split(' ')[1])).size).toBe(1);
  });

  it('that the platform refuses has failed, and another may be asked for', async () => {
    const desk = await openDesk();
    desk.platform.create = () => failing('rejected', 'not-done', '04: Thiếu MaDonVi');
    await expect(desk.ask()).rejects.toMatchObject({ kind: 'rejected' });
    desk.platform.create = () => 'https://pay.example.vn/page';
    expect((await desk.ask()).payment.state).toBe('pending');
  });

  it('of fees that the dossier has asks for those that are not paid yet', async () => {
    const desk = await openDesk();
    const fees = [...FEES, { code: 'PH01', name: 'Phí', kind: 'fee' as const, amount: 200_000 }];
    const first = await desk.ask();
    await takeNotices(desk.deps, [notice(first.reference)], raw);
    const dossier = (await findDossier(desk.timeline.pool, CODE))!;
    const second = await requestPayment(desk.deps, {
      actId: randomUUID(),
      clientId: 'igate',
      provider: NAME,
      dossier: { ...dossier, fields: { ...dossier.fields, fees } },
      input: { dossierCode: CODE, payer: PAYER },
      remoteAddress: '203.0.113.7',
      signal: AbortSignal.timeout(10_000),
    });
    expect(second.items.map(({ code }) => code)).toEqual(['PH01']);
    expect(second.payment.amount).toBe(200_000);
  });
});

describe('the payer', () => {
  it('stands nowhere in the database or the log in the clear', async () => {
    const desk = await openDesk();
    const payment = await desk.ask();
    desk.platform.query = () => failing('timeout', 'unknown');
    await followed(desk, payment).catch(() => {});
    await takeNotices(desk.deps, [notice(payment.reference)], raw);
    await requestRefund(desk.deps, refundWish(payment));
    const { rows } = await desk.timeline.pool.query<{ all: string }>(`
      select (select coalesce(json_agg(p), '[]')::text from payment p) || (select coalesce(json_agg(e), '[]')::text from payment_event e)
        || (select coalesce(json_agg(r), '[]')::text from payment_refund r) || (select coalesce(json_agg(t), '[]')::text from timeline_entry t) as all`);
    const kept = rows[0]!.all + desk.logLines.join('');
    expect(kept).toContain(payment.reference);
    for (const text of [PAYER.name, PAYER.personalId, '203.0.113.7']) expect(kept).not.toContain(text);
  });
});

describe('a notice', () => {
  it('taken many times at once changes the payment and the dossier once', async () => {
    const desk = await openDesk();
    const { id, reference } = await desk.ask();
    await Promise.all(Array.from({ length: 6 }, () => takeNotices(desk.deps, [notice(reference)], raw)));
    const record = await desk.read(id);
    expect(record.payment).toMatchObject({ state: 'succeeded', debits: [{ transactionId: 'PP1', amount: 50_000 }] });
    expect((await desk.history(id)).filter((kind) => kind === 'notice')).toHaveLength(1);
    const entries = await desk.timeline.rows<{ kind: string }>(
      `select kind from timeline_entry where kind = 'payment'`,
    );
    expect(entries).toHaveLength(1);
    expect(record.toldAt).not.toBeNull();
  });

  it('for a reference that nobody asked for is given back as unknown, the others of its message are taken', async () => {
    const desk = await openDesk();
    const { id, reference } = await desk.ask();
    const unknown = await takeNotices(desk.deps, [notice('LT-NOBODY'), notice(reference)], raw);
    expect(unknown.map((report) => report.reference)).toEqual(['LT-NOBODY']);
    expect((await desk.read(id)).payment.state).toBe('succeeded');
  });

  it('of too little money is a payment that the dossier does not hear of', async () => {
    const desk = await openDesk();
    const { id, reference } = await desk.ask();
    await takeNotices(desk.deps, [notice(reference, { amount: 5_000 })], raw);
    expect(await desk.read(id)).toMatchObject({ toldAt: null, payment: { state: 'succeeded', amount: 50_000 } });
  });

  it('with a clock seven hours off is told at a time that the dossier can take', async () => {
    const desk = await openDesk();
    for (const [i, at] of [desk.now - 7 * HOUR * 24, desk.now + 7 * HOUR].entries()) {
      const { id, reference } = await desk.ask(randomUUID(), [{ ...FEES[0]!, code: `LP0${i}` }]);
      await takeNotices(desk.deps, [notice(reference, { at, transactionId: `PP${i}` })], raw);
      expect((await desk.read(id)).toldAt).not.toBeNull();
    }
  });
});

describe('the follower', () => {
  it('asks about what is open and never about what is decided, told and receipted', async () => {
    const desk = await openDesk();
    const payment = await desk.ask();
    desk.platform.query = () => ({ status: 'waiting' });
    expect((await followed(desk, payment)).heard).toBe('nothing-new');
    desk.platform.query = () => ({ status: 'paid', amount: 50_000, transactionId: 'PP1' });
    const { heard, record } = await followed(desk, payment);
    expect(heard).toBe('ended');
    expect(record).toMatchObject({
      payment: { state: 'succeeded', receipt: 'issued' },
      billUrl: 'https://bill.example.vn/1',
    });
    expect(record.toldAt).not.toBeNull();
  });

  it('asks once after a notice, so that both of the platform’s words are known', async () => {
    const desk = await openDesk();
    const payment = await desk.ask();
    await takeNotices(desk.deps, [notice(payment.reference)], raw);
    desk.platform.query = () => ({ status: 'paid', amount: 50_000, transactionId: 'PP1' });
    const { record } = await followed(desk, payment);
    expect(record.payment.asked).toMatchObject({ status: 'paid', amount: 50_000 });
    expect(record.payment.debits).toHaveLength(1);
  });

  it('tells a dossier that could not hear it at first, even while the platform is down', async () => {
    const desk = await openDesk();
    const payment = await desk.ask();
    await takeNotices(desk.deps, [notice(payment.reference)], raw);
    await desk.timeline.pool.query(`update payment set told_at = null`);
    desk.platform.query = () => failing('unavailable', 'not-done');
    await followed(desk, payment).catch(() => {});
    expect((await desk.read(payment.id)).toldAt).not.toBeNull();
    expect(await desk.timeline.rows(`select 1 from timeline_entry where kind = 'payment'`)).toHaveLength(1);
  });

  it('gives a due payment to one process only, and again when that one was killed', async () => {
    const desk = await openDesk();
    const { id } = await desk.ask();
    desk.now += 31 * SECOND;
    const claim = (now: number) => claimDue(desk.timeline.pool, NAME, { now, until: now + 2 * MINUTE, limit: 8 });
    const claimed = await Promise.all([claim(desk.now), claim(desk.now), claim(desk.now)]);
    expect(claimed.flat().map((record) => record.id)).toEqual([id]);
    expect(await claim(desk.now + MINUTE)).toEqual([]);
    expect((await claim(desk.now + 2 * MINUTE)).map((record) => record.id)).toEqual([id]);
  });

  it('goes on asking about what the platform itself does not know', async () => {
    const desk = await openDesk();
    const payment = await desk.ask();
    desk.platform.query = () => ({ status: 'unclear' });
    desk.now += 40 * 24 * HOUR;
    expect(await followed(desk, payment)).toMatchObject({ heard: 'news', record: { payment: { state: 'unknown' } } });
    expect(await followed(desk, payment)).toMatchObject({ heard: 'nothing-new' });
    expect(await codeOf(desk.ask())).toBe('payment-open');
  });
});

describe('a refund', () => {
  const paid = async (desk: Desk): Promise<PaymentRecord> => {
    const { id, reference } = await desk.ask();
    await takeNotices(desk.deps, [notice(reference)], raw);
    return desk.read(id);
  };

  it('asked for by many at once goes out once', async () => {
    const desk = await openDesk();
    const payment = await paid(desk);
    desk.platform.refund = () => 'waiting';
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => codeOf(requestRefund(desk.deps, refundWish(payment)))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'refund-impossible')).toHaveLength(4);
    expect((await desk.read(payment.id)).payment.state).toBe('refund-requested');
  });

  it('that could not be sent is sent by the worker, under the same reference, once it was asked about', async () => {
    const desk = await openDesk();
    const payment = await paid(desk);
    desk.platform.refund = () => failing('unavailable', 'not-done');
    const refund = await requestRefund(desk.deps, refundWish(payment));
    expect(refund.state).toBe('asked');
    desk.platform.refund = () => 'refunded';
    desk.platform.queryRefund = () => 'absent';
    desk.platform.query = () => ({ status: 'paid', amount: 50_000, transactionId: 'PP1' });
    expect((await followed(desk, payment)).record.payment.state).toBe('refunded');
    const sent = desk.platform.asked.filter((asked) => /refund/i.test(asked));
    expect(sent).toEqual([
      `refund ${refund.reference}`,
      `queryRefund ${refund.reference}`,
      `refund ${refund.reference}`,
    ]);
  });

  it('that the platform refuses may be asked for anew, and the payment stays paid', async () => {
    const desk = await openDesk();
    const payment = await paid(desk);
    desk.platform.refund = () => failing('rejected', 'not-done', '06: Quá hạn hoàn tiền');
    await expect(requestRefund(desk.deps, refundWish(payment))).rejects.toMatchObject({ kind: 'rejected' });
    expect((await desk.read(payment.id)).payment.state).toBe('succeeded');
    desk.now += SECOND;
    desk.platform.refund = () => 'refunded';
    expect((await requestRefund(desk.deps, refundWish(payment))).state).toBe('refunded');
    expect((await refundsOf(desk.timeline.pool, [payment.id])).map(({ state }) => state)).toEqual([
      'refused',
      'refunded',
    ]);
  });

  it('takes the payment back from the dossier, once', async () => {
    const desk = await openDesk();
    const payment = await paid(desk);
    await requestRefund(desk.deps, refundWish(payment));
    await followed(desk, payment);
    const entries = await desk.timeline.rows<{ body: { payment: string } }>(
      `select body from timeline_entry where kind = 'payment' order by seq`,
    );
    expect(entries.map(({ body }) => body.payment)).toEqual(['paid', 'given-back']);
  });
});

describe('a settlement file', () => {
  const take = (desk: Desk, ...items: Parameters<typeof fileOf>) =>
    takeSettlement(desk.deps, { provider: NAME, file: fileOf(...items), uploadedBy: 'operator' });

  it('read twice is one run, and a longer one adds only what is new', async () => {
    const desk = await openDesk();
    const { reference } = await desk.ask();
    const first = await take(desk, settledLine(2, reference));
    expect(await take(desk, settledLine(2, reference))).toEqual(first);
    expect(first).toMatchObject({ lines: 1, unknown: 0, sum: 50_000, state: 'done' });
    const longer = await take(desk, settledLine(2, reference), settledLine(3, 'LT-NOBODY', { transactionId: 'PP2' }));
    expect(longer).toMatchObject({ lines: 1, repeated: 1, unknown: 1 });
  });

  it('with a bad line takes all the others, and names the bad one', async () => {
    const desk = await openDesk();
    const { id, reference } = await desk.ask();
    const bad = { line: 2, is: 'fault' as const, faults: [{ path: 'SoTien', message: 'x' }] };
    const run = await take(desk, bad, settledLine(3, reference));
    expect(run).toMatchObject({ lines: 1, faults: 1 });
    expect(await readFaults(desk.timeline.pool, run.id, 10)).toEqual([{ line: 2, faults: bad.faults }]);
    expect((await desk.read(id)).payment.debits).toMatchObject([{ settledOn: '2026-03-11' }]);
  });

  it('that says otherwise of a transaction than before is named and changes nothing', async () => {
    const desk = await openDesk();
    const { id, reference } = await desk.ask();
    await take(desk, settledLine(2, reference));
    const run = await take(desk, settledLine(2, reference, { amount: 5_000 }));
    expect(run).toMatchObject({ lines: 0, faults: 1 });
    expect((await desk.read(id)).payment.debits).toMatchObject([{ amount: 50_000 }]);
  });

  it('sent by two at once counts each movement of money once', async () => {
    const desk = await openDesk();
    const { id, reference } = await desk.ask();
    const items = [settledLine(2, reference), settledLine(3, 'LT-NOBODY', { transactionId: 'PP2' })];
    const runs = await Promise.all([take(desk, ...items), take(desk, ...items), take(desk, ...items)]);
    const byId = new Map(runs.map((run) => [run.id, run.lines]));
    expect([...byId.values()].reduce((sum, lines) => sum + lines, 0)).toBe(2);
    expect((await desk.read(id)).payment.debits).toHaveLength(1);
    const lines = await desk.timeline.rows(`select 1 from settlement_line`);
    expect(lines).toHaveLength(2);
  });

  it('that shows a refund’s own reference as money back ends the refund, whatever was known of it', async () => {
    const desk = await openDesk();
    const payment = await desk.ask();
    await takeNotices(desk.deps, [notice(payment.reference)], raw);
    desk.platform.refund = () => failing('timeout', 'unknown');
    const refund = await requestRefund(desk.deps, refundWish(payment));
    expect(refund.state).toBe('unknown');
    await take(desk, settledLine(2, refund.reference, { kind: 'refund', transactionId: 'PP9' }));
    expect((await desk.read(payment.id)).payment.state).toBe('refunded');
    expect(await refundsOf(desk.timeline.pool, [payment.id])).toMatchObject([{ state: 'refunded' }]);
  });

  it('of thousands of lines is read in pieces', async () => {
    const desk = await openDesk();
    const { id, reference } = await desk.ask();
    const others = Array.from({ length: 2_400 }, (_, i) => settledLine(i + 3, `LT-${i}`, { transactionId: `T${i}` }));
    const run = await take(desk, settledLine(2, reference), ...others);
    expect(run).toMatchObject({ lines: 2_401, unknown: 2_400, sum: 2_401 * 50_000 });
    expect((await desk.read(id)).payment.debits).toHaveLength(1);
  });
});
