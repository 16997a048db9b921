import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PaymentTold, paidOnline } from '../../src/dossiers/paid.ts';
import type { Fact } from '../../src/dossiers/state.ts';
import { plan } from '../../src/sync/plan.ts';
import { catalogue, profile } from '../support/catalogue.ts';
import { at, registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';

const CODE = 'H15.50-260310-0001';
const NOTHING_THERE = { existsThere: false, sentSeqs: [], snapshotDigest: null };

const payment = (eventId: string, payment: PaymentTold, day = '03-11T09:00') =>
  status(CODE, 'processing', day, { kind: 'payment', status: null, eventId, source: 'payment-platform', payment });

function opened() {
  const timeline = memory();
  timeline.apply(registration(CODE));
  return timeline;
}

describe('a payment of a dossier', () => {
  it('is an entry that changes no status and that the portal’s snapshot carries', () => {
    const timeline = opened();
    const before = plan(timeline.planned(CODE), NOTHING_THERE, profile, catalogue);
    expect(before.snapshot.paidOnline).toBeUndefined();
    expect(timeline.apply(payment('p1', { reference: 'LT1', via: 'portal' }))).toMatchObject({ outcome: 'accepted' });
    const after = plan(timeline.planned(CODE), NOTHING_THERE, profile, catalogue);
    expect(timeline.state(CODE).status).toBe('accepted');
    expect(after.snapshot.paidOnline).toBe('portal');
    expect(after.records).toEqual(before.records);
    const known = { ...NOTHING_THERE, snapshotDigest: before.snapshotDigest };
    expect(plan(timeline.planned(CODE), known, profile, catalogue).snapshotChanged).toBe(true);
  });

  it('stays paid when a later registration names the fees without saying how they were paid', () => {
    const timeline = opened();
    timeline.apply(payment('p1', { reference: 'LT1', via: 'agency' }));
    const fees = [{ code: 'LP01', name: 'Lệ phí', amount: 50_000, kind: 'charge' as const }];
    timeline.apply(registration(CODE, { fields: { fees } }));
    expect(plan(timeline.planned(CODE), NOTHING_THERE, profile, catalogue).snapshot.paidOnline).toBe('agency');
  });

  it('is one however often it is told, and with other content under its id it is refused', () => {
    const timeline = opened();
    timeline.apply(payment('p1', { reference: 'LT1', via: 'portal' }));
    expect(timeline.apply(payment('p1', { reference: 'LT1', via: 'portal' }))).toMatchObject({ outcome: 'duplicate' });
    expect(timeline.apply(payment('p1', { reference: 'LT1', via: 'agency' }))).toMatchObject({
      code: 'event-id-reused',
    });
  });

  it('is taken back by the refund of its reference alone', () => {
    const timeline = opened();
    timeline.apply(payment('p1', { reference: 'LT1', via: 'portal' }));
    timeline.apply(payment('p2', { reference: 'LT2', via: 'agency' }, '03-12T09:00'));
    timeline.apply(payment('r2', { reference: 'LT2', via: 'given-back' }, '03-13T09:00'));
    expect(paidOnline(timeline.state(CODE).facts)).toBe('portal');
    timeline.apply(payment('r1', { reference: 'LT1', via: 'given-back' }, '03-13T10:00'));
    expect(paidOnline(timeline.state(CODE).facts)).toBe('none');
  });

  it('counts no more once its entry is voided', () => {
    const timeline = opened();
    timeline.apply(payment('p1', { reference: 'LT1', via: 'portal' }));
    const { headSeq } = timeline.state(CODE);
    timeline.apply({
      type: 'void',
      code: CODE,
      seq: headSeq,
      reason: 'nhầm hồ sơ',
      document: null,
      author: 'operator',
      agencies: null,
    });
    expect(paidOnline(timeline.state(CODE).facts)).toBe('none');
  });

  it('is the same whatever the order in which its entries arrive', () => {
    const fact = fc.record({
      t: fc.integer({ min: at('03-11T08:00'), max: at('03-11T08:03') }),
      e: fc.string({ minLength: 1, maxLength: 3 }),
      p: fc.record({
        reference: fc.constantFrom('LT1', 'LT2', 'LT3'),
        via: fc.constantFrom('portal' as const, 'agency' as const, 'given-back' as const),
      }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(fact, { selector: ({ e }) => e, maxLength: 8 }),
        fc.func(fc.integer()),
        (told, key) => {
          const facts: Fact[] = told.map(({ t, e, p }, i) => ({ n: i + 1, k: 'payment', t, s: 'x', e, d: '', p }));
          const shuffled = facts.toSorted((a, b) => key(a.n) - key(b.n)).map((one, i) => ({ ...one, n: i + 1 }));
          expect(paidOnline(shuffled)).toBe(paidOnline(facts));
        },
      ),
    );
  });
});
