import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PaymentReport, ReportedStatus } from '../../src/capabilities/payments.ts';
import {
  anew,
  isOpen,
  isPaid,
  lost,
  opened,
  type Payment,
  REFUND_OF,
  refundFault,
  refused,
  reported,
  STATES,
  settled,
  withReceipt,
  withRefund,
} from '../../src/payments/lifecycle.ts';
import { HOUR, MINUTE } from '../../src/units.ts';

const ASKED_AT = Date.parse('2026-03-10T08:00:00+07:00');
const NOW = ASKED_AT + 5 * MINUTE;

const created: Payment = {
  state: 'created',
  cause: null,
  amount: 50_000,
  askedAt: ASKED_AT,
  expiresAt: ASKED_AT + 30 * MINUTE,
  pageUrl: null,
  debits: [],
  paidAt: null,
  asked: null,
  receipt: 'none',
};
const pending = opened(created, 'https://pay.example.vn/x');
const report = (status: ReportedStatus, more: Partial<PaymentReport> = {}): PaymentReport => ({
  reference: 'LT1',
  status,
  transactionId: status === 'paid' ? 'PP1' : null,
  amount: status === 'paid' ? 50_000 : null,
  bankCode: null,
  at: null,
  words: null,
  ...more,
});
const hear = (payment: Payment, status: ReportedStatus, more: Partial<PaymentReport> = {}, now = NOW): Payment =>
  reported(payment, report(status, more), now, 'question');
const line = (more: Partial<Parameters<typeof settled>[1]> = {}) => ({
  kind: 'payment' as const,
  transactionId: 'PP1',
  amount: 50_000,
  at: NOW,
  bankCode: 'BIDV',
  settledOn: '2026-03-11',
  ...more,
});
const paid = hear(pending, 'paid');

it('each state is open, paid or neither', () => {
  const sorted = STATES.map((state) => [state, isOpen({ state }) ? 'open' : isPaid({ state }) ? 'paid' : 'neither']);
  expect(Object.fromEntries(sorted)).toEqual({
    created: 'open',
    pending: 'open',
    unknown: 'open',
    succeeded: 'paid',
    recovered: 'paid',
    settled: 'paid',
    failed: 'neither',
    'debited-failed': 'neither',
    'refund-requested': 'neither',
    refunded: 'neither',
  });
});

describe('an open payment', () => {
  it('whose answer was lost is unknown, and open until the platform has said what it is', () => {
    const unknown = lost(created);
    expect(unknown).toMatchObject({ state: 'unknown', cause: 'answer-lost' });
    expect(isOpen(unknown)).toBe(true);
    expect(lost(pending)).toBe(pending);
  });

  it.each([
    ['failed', { state: 'failed', cause: 'not-paid' }],
    ['absent', { state: 'unknown', cause: 'unclear' }],
    ['unclear', { state: 'unknown', cause: 'unclear' }],
    ['waiting', { state: 'pending', cause: null }],
    ['paid', { state: 'succeeded', cause: null }],
  ] as const)('of which the platform says %s is %j', (status, expected) => {
    expect(hear(pending, status)).toMatchObject(expected);
  });

  it('that nobody has paid when its page ends has failed', () => {
    expect(hear(pending, 'waiting', {}, created.expiresAt)).toMatchObject({ state: 'pending' });
    expect(hear(pending, 'waiting', {}, created.expiresAt + 1)).toMatchObject({ state: 'failed', cause: 'expired' });
  });

  it('of which the platform knows nothing has failed where nobody was given its page, else when the page ends', () => {
    expect(hear(lost(created), 'absent')).toMatchObject({ state: 'failed', cause: 'not-asked' });
    expect(hear(pending, 'absent', {}, created.expiresAt)).toMatchObject({ state: 'unknown' });
    expect(hear(pending, 'absent', {}, created.expiresAt + 1)).toMatchObject({ state: 'failed', cause: 'not-asked' });
  });

  it('that the platform has while nobody was given its page stays as it is', () => {
    const unknown = lost(created);
    expect(hear(unknown, 'waiting').state).toBe('unknown');
  });

  it('that the platform did not know is pending again when it does', () => {
    expect(hear(hear(pending, 'unclear'), 'waiting')).toMatchObject({ state: 'pending', cause: null });
  });

  it('is paid by a notice whatever was known of it, and a notice is no answer to a question', () => {
    for (const payment of [created, lost(created), pending, refused(created, 'refused')]) {
      const heard = reported(payment, report('paid'), NOW, 'notice');
      expect(heard).toMatchObject({ state: 'succeeded', asked: null });
    }
    expect(hear(pending, 'paid').asked).toEqual({ at: NOW, status: 'paid', amount: 50_000, transactionId: 'PP1' });
  });

  it('that was not asked for may be asked for anew, as of then, and no other failure may', () => {
    const failed = refused(created, 'not-asked');
    expect(anew(failed, NOW, HOUR)).toMatchObject({ state: 'created', askedAt: NOW, expiresAt: NOW + HOUR });
    expect(anew(refused(created, 'refused'), NOW, HOUR).state).toBe('failed');
    expect(anew(hear(lost(created), 'paid'), NOW, HOUR).state).toBe('succeeded');
  });
});

describe('what was paid', () => {
  it('is paid when the platform says, but never before it was asked for nor later than now', () => {
    expect(hear(pending, 'paid', { at: NOW - MINUTE }).paidAt).toBe(NOW - MINUTE);
    expect(hear(pending, 'paid', { at: ASKED_AT - 7 * HOUR }).paidAt).toBe(ASKED_AT);
    expect(hear(pending, 'paid', { at: NOW + 7 * HOUR }).paidAt).toBe(NOW);
  });

  it('is found paid although it had failed here', () => {
    expect(hear(hear(pending, 'failed'), 'paid')).toMatchObject({ state: 'succeeded', cause: null });
  });

  it.each(['failed', 'absent', 'unclear', 'waiting'] as const)('stays paid when the platform says %s', (status) => {
    expect(hear(paid, status)).toMatchObject({ state: 'succeeded', debits: paid.debits });
  });

  it('is settled by the bank’s file, in whichever order the two come', () => {
    expect(settled(paid, line())).toMatchObject({ state: 'settled', debits: [{ settledOn: '2026-03-11' }] });
    const before = settled(pending, line());
    expect(before.state).toBe('pending');
    expect(hear(before, 'paid')).toMatchObject({ state: 'settled', debits: [{ transactionId: 'PP1' }] });
  });

  it('by the file marks the debit of its own transaction alone, and the first day that it tells', () => {
    const twice = hear(paid, 'paid', { transactionId: 'PP2' });
    const once = settled(twice, line({ transactionId: 'PP2' }));
    expect(once.debits.map(({ settledOn }) => settledOn)).toEqual([null, '2026-03-11']);
    expect(once.state).toBe('settled');
    expect(settled(once, line({ transactionId: 'PP2', settledOn: '2026-03-12' })).debits[1]!.settledOn).toBe(
      '2026-03-11',
    );
  });

  it('without an amount was paid what was asked for, with one what it says', () => {
    expect(hear(pending, 'paid', { amount: null }).debits[0]!.amount).toBe(50_000);
    expect(hear(pending, 'paid', { amount: 5_000 }).debits[0]!.amount).toBe(5_000);
  });

  it('told once more without its transaction is no second debit', () => {
    expect(hear(paid, 'paid', { transactionId: null }).debits).toEqual(paid.debits);
  });

  it('under a second transaction is a second debit, under the same one is not', () => {
    expect(hear(paid, 'paid').debits).toHaveLength(1);
    expect(hear(paid, 'paid', { transactionId: 'PP2' }).debits).toHaveLength(2);
  });

  it('without a transaction’s number gets it when it is told', () => {
    const nameless = hear(pending, 'paid', { transactionId: null });
    expect(hear(nameless, 'paid').debits).toMatchObject([{ transactionId: 'PP1' }]);
  });

  it('has one receipt, which the refund cancels', () => {
    const receipted = withReceipt(paid);
    expect(receipted.receipt).toBe('issued');
    expect(withReceipt(receipted)).toBe(receipted);
    expect(withRefund(receipted, 'PP1', 'requested').receipt).toBe('issued');
    expect(withRefund(receipted, 'PP1', 'refunded').receipt).toBe('cancelled');
    expect(withRefund(paid, 'PP1', 'refunded').receipt).toBe('none');
  });
});

describe('money without a payment', () => {
  const failed = hear(pending, 'failed');
  const debited = settled(failed, line());

  it('of a failed one is debited-failed, and stays so while the platform says no', () => {
    expect(debited.state).toBe('debited-failed');
    expect(hear(debited, 'failed').state).toBe('debited-failed');
    expect(isOpen(debited) || isPaid(debited)).toBe(false);
  });

  it('of an open one is debited-failed once the platform says no', () => {
    const settledFirst = settled(pending, line());
    expect(hear(settledFirst, 'unclear').state).toBe('pending');
    expect(hear(settledFirst, 'failed').state).toBe('debited-failed');
    expect(hear(settledFirst, 'waiting', {}, created.expiresAt + 1).state).toBe('debited-failed');
  });

  it('is recovered when the platform records it after all', () => {
    const recovered = hear(debited, 'paid');
    expect(recovered.state).toBe('recovered');
    expect(isPaid(recovered)).toBe(true);
  });

  it('that comes after everything went back has to go back, too, unless the platform records it', () => {
    const refunded = withRefund(paid, 'PP1', 'refunded');
    expect(hear(refunded, 'paid').state).toBe('refunded');
    expect(settled(refunded, line()).state).toBe('refunded');
    const again = settled(refunded, line({ transactionId: 'PP2' }));
    expect(again.state).toBe('debited-failed');
    expect(hear(again, 'paid').state).toBe('debited-failed');
    expect(hear(again, 'paid', { transactionId: 'PP2' }).state).toBe('recovered');
    expect(withRefund(again, 'PP2', 'refunded').state).toBe('refunded');
  });

  it('goes back as a refund', () => {
    const requested = withRefund(debited, 'PP1', 'requested');
    expect(requested.state).toBe('refund-requested');
    expect(withRefund(requested, 'PP1', 'refunded').state).toBe('refunded');
    expect(withRefund(requested, 'PP1', 'refused').state).toBe('debited-failed');
  });
});

describe('a refund', () => {
  it('needs a debit that is known, and one at a time', () => {
    expect(refundFault(pending, 'PP1')).toBe('no-such-debit');
    expect(refundFault(paid, 'PP2')).toBe('no-such-debit');
    expect(refundFault(hear(pending, 'paid', { transactionId: null }), '')).toBe('no-such-debit');
    expect(refundFault(paid, 'PP1')).toBeNull();
    expect(refundFault(withRefund(paid, 'PP1', 'requested'), 'PP1')).toBe('under-way');
    expect(refundFault(withRefund(paid, 'PP1', 'unknown'), 'PP1')).toBe('under-way');
    expect(refundFault(withRefund(paid, 'PP1', 'refunded'), 'PP1')).toBe('refunded');
    expect(refundFault(withRefund(paid, 'PP1', 'refused'), 'PP1')).toBeNull();
  });

  it('of one of two debits leaves the payment as it was', () => {
    const twice = hear(paid, 'paid', { transactionId: 'PP2' });
    expect(withRefund(twice, 'PP2', 'refunded')).toMatchObject({
      state: 'succeeded',
      debits: [{ refund: null }, { refund: 'refunded' }],
    });
  });

  it('that was refused leaves what was settled settled, and what was not as it was', () => {
    const requested = withRefund(settled(paid, line()), 'PP1', 'requested');
    expect(withRefund(requested, 'PP1', 'refused').state).toBe('settled');
    expect(withRefund(withRefund(paid, 'PP1', 'requested'), 'PP1', 'refused').state).toBe('succeeded');
    const recovered = hear(hear(settled(hear(pending, 'failed'), line()), 'paid'), 'paid', { transactionId: 'PP2' });
    expect(withRefund(recovered, 'PP2', 'refused').state).toBe('recovered');
  });

  it('is not undone by what the platform says of the payment', () => {
    for (const refund of ['requested', 'refunded'] as const) {
      const payment = withRefund(paid, 'PP1', refund);
      for (const status of ['failed', 'absent', 'waiting', 'unclear'] as const)
        expect(hear(payment, status).state).toBe(payment.state);
    }
  });

  it('on the file is of the debit that was asked back, else of one of its amount, else of none', () => {
    const twice = hear(paid, 'paid', { transactionId: 'PP2', amount: 70_000 });
    const back = (payment: Payment, amount: number): (string | null)[] =>
      settled(payment, line({ kind: 'refund', transactionId: 'PP9', amount })).debits.map(({ refund }) => refund);
    expect(back(twice, 70_000)).toEqual([null, 'refunded']);
    expect(back(twice, 50_000)).toEqual(['refunded', null]);
    expect(back(twice, 60_000)).toEqual([null, null]);
    const alike = hear(paid, 'paid', { transactionId: 'PP2' });
    expect(back(withRefund(alike, 'PP2', 'requested'), 50_000)).toEqual([null, 'refunded']);
    expect(back(withRefund(alike, 'PP1', 'refunded'), 50_000)).toEqual(['refunded', 'refunded']);
    expect(back(withRefund(twice, 'PP1', 'requested'), 70_000)).toEqual(['requested', 'refunded']);
  });

  it('stands on its debit as the platform says', () => {
    expect(REFUND_OF).toEqual({ waiting: 'requested', refunded: 'refunded', refused: 'refused', absent: 'refused' });
  });

  it('that the bank’s file shows is done, whoever asked for it and whatever was known of it', () => {
    for (const payment of [paid, withRefund(paid, 'PP1', 'unknown'), withRefund(paid, 'PP1', 'requested')])
      expect(settled(payment, line({ kind: 'refund', transactionId: 'PP9' })).state).toBe('refunded');
  });

  it('that the platform refused but the file shows is believed to the file', () => {
    const refusedThere = withRefund(paid, 'PP1', 'refused');
    expect(settled(refusedThere, line({ kind: 'refund', transactionId: 'PP9' })).state).toBe('refunded');
  });
});

const step = fc.oneof(
  fc.record({
    step: fc.constant('report' as const),
    status: fc.constantFrom<ReportedStatus>('waiting', 'paid', 'failed', 'unclear', 'absent'),
    transactionId: fc.constantFrom('PP1', 'PP2', null),
    by: fc.constantFrom('notice' as const, 'question' as const),
    now: fc.integer({ min: ASKED_AT, max: ASKED_AT + 2 * HOUR }),
  }),
  fc.record({
    step: fc.constant('line' as const),
    kind: fc.constantFrom('payment' as const, 'refund' as const),
    transactionId: fc.constantFrom('PP1', 'PP2'),
  }),
  fc.record({
    step: fc.constant('refund' as const),
    transactionId: fc.constantFrom('PP1', 'PP2'),
    refund: fc.constantFrom('requested' as const, 'unknown' as const, 'refunded' as const, 'refused' as const),
  }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(payment: Payment, one: Step): Payment {
  switch (one.step) {
    case 'report':
      return reported(payment, report(one.status, { transactionId: one.transactionId }), one.now, one.by);
    case 'line':
      return settled(payment, line({ kind: one.kind, transactionId: one.transactionId }));
    case 'refund':
      return payment.debits.some(({ transactionId }) => transactionId === one.transactionId)
        ? withRefund(payment, one.transactionId, one.refund)
        : payment;
  }
}

describe('whatever comes in whatever order', () => {
  it('said twice in a row is said once', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), step, (steps, last) => {
        const before = steps.reduce(take, pending);
        const once = take(before, last);
        // A file's refund line is known by its transaction before it comes here: the same line never comes twice.
        if (last.step === 'line' && last.kind === 'refund') return;
        expect(take(once, last)).toEqual(once);
      }),
    );
  });

  it('is never forgotten: no debit is lost, no paid time moves, no debit goes back twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let payment: Payment = pending;
        for (const one of steps) {
          const next = take(payment, one);
          expect(next.debits.length).toBeGreaterThanOrEqual(payment.debits.length);
          if (payment.paidAt !== null) expect(next.paidAt).toBe(payment.paidAt);
          for (const [i, debit] of payment.debits.entries()) {
            if (debit.refund === 'refunded') expect(next.debits[i]!.refund).toBe('refunded');
            if (debit.settledOn !== null) expect(next.debits[i]!.settledOn).toBe(debit.settledOn);
          }
          payment = next;
        }
      }),
    );
  });

  it('a paid payment is unpaid only by money that goes back', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let payment: Payment = pending;
        for (const one of steps) {
          const next = take(payment, one);
          if (isPaid(payment) && !isPaid(next)) expect(one.step === 'refund' || one.step === 'line').toBe(true);
          if (isPaid(next)) expect(next.debits.some(({ refund }) => refund !== 'refunded')).toBe(true);
          if (next.state === 'refunded') expect(next.debits.every(({ refund }) => refund === 'refunded')).toBe(true);
          payment = next;
        }
      }),
    );
  });
});
