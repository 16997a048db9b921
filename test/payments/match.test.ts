import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { STATES } from '../../src/payments/lifecycle.ts';
import {
  type Evidence,
  isDifference,
  type MatchRules,
  match,
  OUTCOMES,
  type Outcome,
} from '../../src/payments/match.ts';
import { DAY, HOUR, MINUTE } from '../../src/units.ts';
import { catalogue } from '../support/catalogue.ts';

const RULES: MatchRules = {
  settleWorkingDays: 2,
  refundWorkingDays: 5,
  receiptWorkingDays: 3,
  tellWithin: 10 * MINUTE,
};
/** Friday afternoon: T+2 is Tuesday. */
const PAID_AT = Date.parse('2026-03-13T15:00:00+07:00');
const at = (local: string): number => Date.parse(`2026-${local}:00+07:00`);
const found = (evidence: Evidence, now: number): readonly Outcome[] => match(evidence, RULES, now, catalogue.calendar);

type Recorded = NonNullable<Evidence['recorded']>;
const recorded = (more: Partial<Recorded> = {}): Recorded => ({
  state: 'succeeded',
  amount: 50_000,
  paidAmount: 50_000,
  paidAt: PAID_AT,
  debits: 1,
  hasTwin: false,
  refunds: [],
  receipt: 'issued',
  ...more,
});
const evidence = (more: Partial<Evidence> = {}, own: Partial<Recorded> = {}): Evidence => ({
  recorded: recorded(own),
  asked: { status: 'paid', amount: 50_000 },
  settlement: [{ kind: 'payment', transactionId: 'PP1', amount: 50_000 }],
  dossierToldAt: PAID_AT,
  portalShows: true,
  ...more,
});
const LATER = at('03-31T09:00');

it('what someone has to see to is a difference, what only waits or is over is none', () => {
  expect(OUTCOMES.filter((outcome) => !isDifference(outcome))).toEqual([
    'open',
    'expected',
    'not-paid',
    'given-back',
    'matched',
  ]);
});

describe('what all three say alike', () => {
  it.each(['succeeded', 'recovered', 'settled'] as const)('and is %s is matched', (state) => {
    expect(found(evidence({}, { state }), LATER)).toEqual(['matched']);
    expect(found(evidence({ settlement: [] }, { state }), LATER)).toEqual(['not-settled']);
  });

  it('but for an amount that the platform did not name is matched', () => {
    expect(found(evidence({ asked: { status: 'paid', amount: null } }), LATER)).toEqual(['matched']);
  });

  it.each([
    ['created', 'open'],
    ['pending', 'open'],
    ['unknown', 'open'],
    ['failed', 'not-paid'],
    ['refunded', 'given-back'],
  ] as const)('and is %s without any money is %s', (state, outcome) => {
    const nothing = { settlement: [], dossierToldAt: null, portalShows: null, asked: null };
    expect(found(evidence(nothing, { state, paidAt: null, paidAmount: null, debits: 0 }), LATER)).toEqual([outcome]);
  });
});

describe('a legitimate delay', () => {
  const unsettled = evidence({ settlement: [] });

  it('of T+2 over a weekend is expected until Tuesday is over, then it is a difference', () => {
    expect(found(unsettled, at('03-17T23:59'))).toEqual(['expected']);
    expect(found(unsettled, at('03-18T00:00'))).toEqual(['not-settled']);
  });

  it('over Tết counts no day off', () => {
    const beforeTet = evidence({ settlement: [], dossierToldAt: at('02-13T15:00') }, { paidAt: at('02-13T15:00') });
    expect(found(beforeTet, at('02-23T09:00'))).toEqual(['expected']);
    expect(found(beforeTet, at('02-25T09:00'))).toEqual(['not-settled']);
  });

  it.each([
    ['the dossier', { dossierToldAt: null, portalShows: null }, PAID_AT, 'dossier-not-told'],
    ['the portal', { portalShows: false }, PAID_AT, 'portal-not-told'],
  ] as const)('of telling %s is ten minutes', (_who, more, since, outcome) => {
    expect(found(evidence(more), since + 10 * MINUTE)).toEqual(['expected']);
    expect(found(evidence(more), since + 10 * MINUTE + 1)).toEqual([outcome]);
  });

  it('of the receipt is three working days', () => {
    const without = evidence({}, { receipt: 'none' });
    expect(found(without, at('03-18T23:59'))).toEqual(['expected']);
    expect(found(without, at('03-19T00:00'))).toEqual(['receipt-missing']);
  });

  it('of a refund is five working days, to the bank’s file and not to the platform’s word', () => {
    const back = [{ kind: 'refund' as const, transactionId: 'PP9', amount: 50_000 }];
    const given = evidence({}, { state: 'refunded', refunds: [{ askedAt: PAID_AT, isBack: true }], debits: 0 });
    expect(found(given, at('03-20T12:00'))).toEqual(['expected']);
    expect(found(given, at('03-21T00:00'))).toEqual(['refund-missing']);
    expect(found({ ...given, settlement: [...given.settlement, ...back] }, LATER)).toEqual(['given-back']);
  });
});

describe('a difference', () => {
  it('of amounts is seen between any two of the three', () => {
    expect(found(evidence({}, { paidAmount: 5_000 }), LATER)).toEqual(['amount-differs']);
    expect(found(evidence({ asked: { status: 'paid', amount: 500_000 } }), LATER)).toEqual(['amount-differs']);
    const settlement = [{ kind: 'payment' as const, transactionId: 'PP1', amount: 49_000 }];
    expect(found(evidence({ settlement }), LATER)).toEqual(['amount-differs']);
  });

  it('is money that failed here, or that the platform denies', () => {
    const failed = { state: 'failed' as const, paidAt: null, paidAmount: null };
    expect(found(evidence({ asked: { status: 'failed', amount: null } }, failed), LATER)).toEqual(['debited-failed']);
    const pending = { ...failed, state: 'pending' as const };
    for (const status of ['failed', 'absent'] as const)
      expect(found(evidence({ asked: { status, amount: null } }, pending), LATER)).toEqual(['debited-failed']);
    const known = { ...failed, state: 'debited-failed' as const };
    expect(found(evidence({ settlement: [] }, known), LATER)).toEqual(['debited-failed']);
    expect(found(evidence({ asked: { status: 'unclear', amount: null } }, pending), LATER)).toEqual(['open']);
  });

  it('is money that went back no more', () => {
    const settlement = [
      { kind: 'payment' as const, transactionId: 'PP1', amount: 50_000 },
      { kind: 'refund' as const, transactionId: 'PP9', amount: 50_000 },
    ];
    const failed = { state: 'failed' as const, paidAt: null, paidAmount: null, debits: 0 };
    expect(found(evidence({ settlement, asked: null }, failed), LATER)).toEqual(['not-paid']);
  });

  it('is paying twice: two debits, two lines of the bank, or two payments of one fee', () => {
    expect(found(evidence({}, { debits: 2 }), LATER)).toEqual(['paid-twice']);
    const settlement = ['PP1', 'PP2'].map((transactionId) => ({
      kind: 'payment' as const,
      transactionId,
      amount: 50_000,
    }));
    expect(found(evidence({ settlement }), LATER)).toEqual(['paid-twice']);
    expect(found(evidence({}, { hasTwin: true }), LATER)).toEqual(['paid-twice']);
    expect(found(evidence({}, { hasTwin: true, state: 'refunded', debits: 0 }), LATER)).not.toContain('paid-twice');
  });

  it('is money of which nobody here knows', () => {
    expect(found(evidence({ recorded: null }), LATER)).toEqual(['settled-unknown-to-us']);
  });

  it('does not hide another: the gravest stands first', () => {
    const one = evidence({ portalShows: false, settlement: [] }, { receipt: 'none', debits: 2 });
    expect(found(one, LATER)).toEqual(['paid-twice', 'not-settled', 'portal-not-told', 'receipt-missing']);
  });

  it('needs no portal where none is read', () => {
    expect(found(evidence({ portalShows: null }), LATER)).toEqual(['matched']);
  });
});

const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  recorded: fc.option(
    fc.record({
      state: fc.constantFrom(...STATES),
      amount: fc.constantFrom(50_000, 70_000),
      paidAmount: fc.constantFrom(null, 50_000, 70_000),
      paidAt: fc.constantFrom(null, PAID_AT),
      debits: fc.integer({ min: 0, max: 2 }),
      hasTwin: fc.boolean(),
      refunds: fc.array(fc.record({ askedAt: fc.constant(PAID_AT), isBack: fc.boolean() }), { maxLength: 2 }),
      receipt: fc.constantFrom('none' as const, 'issued' as const, 'cancelled' as const),
    }),
  ),
  asked: fc.option(
    fc.record({
      status: fc.constantFrom(
        'waiting' as const,
        'paid' as const,
        'failed' as const,
        'unclear' as const,
        'absent' as const,
      ),
      amount: fc.constantFrom(null, 50_000),
    }),
  ),
  settlement: fc.array(
    fc.record({
      kind: fc.constantFrom('payment' as const, 'refund' as const),
      transactionId: fc.constantFrom('PP1', 'PP2'),
      amount: fc.constantFrom(50_000, 70_000),
    }),
    { maxLength: 3 },
  ),
  dossierToldAt: fc.constantFrom(null, PAID_AT),
  portalShows: fc.constantFrom(null, true, false),
});
const anyNow = fc.integer({ min: PAID_AT, max: PAID_AT + 40 * DAY });

describe('for any evidence', () => {
  it('there is an outcome, each once, the gravest first, and matched only alone', () => {
    fc.assert(
      fc.property(anyEvidence, anyNow, (one, now) => {
        const outcomes = found(one, now);
        expect(outcomes.length).toBeGreaterThan(0);
        expect(outcomes).toEqual(OUTCOMES.filter((outcome) => outcomes.includes(outcome)));
        if (outcomes.includes('matched')) expect(outcomes).toEqual(['matched']);
      }),
    );
  });

  it('the order of the file’s lines changes nothing', () => {
    fc.assert(
      fc.property(anyEvidence, anyNow, (one, now) => {
        expect(found({ ...one, settlement: one.settlement.toReversed() }, now)).toEqual(found(one, now));
      }),
    );
  });

  it('what is a difference stays one as time passes: waiting alone mends nothing', () => {
    fc.assert(
      fc.property(anyEvidence, anyNow, fc.integer({ min: 0, max: 30 * DAY }), (one, now, wait) => {
        const later = found(one, now + wait);
        for (const outcome of found(one, now)) if (isDifference(outcome)) expect(later).toContain(outcome);
      }),
    );
  });

  it('nothing is expected for ever', () => {
    fc.assert(
      fc.property(anyEvidence, (one) => {
        expect(found(one, PAID_AT + 40 * DAY + HOUR)).not.toContain('expected');
      }),
    );
  });
});
