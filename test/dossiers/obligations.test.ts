/** @module A pause for money: what the tax authority asks for and what was paid of it, beside the pauses of others. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Folded, fold, type StatusFact } from '../../src/dossiers/fold.ts';
import type { Obligation } from '../../src/dossiers/obligations.ts';

const anyone = { mayEnd: () => true };
let seq = 0;
const fact = (source: string, status: StatusFact['status'], at: number, more: Partial<StatusFact> = {}): StatusFact => {
  seq += 1;
  return { seq, at, source, eventId: `e${seq}`, status, ...more };
};
const accepted = fact('igate', 'accepted', 0);
const notice = (at: number, ...obligations: Obligation[]) =>
  fact('tax', 'paused', at, { reason: 'citizen-payment', obligations });
const voucher = (at: number, ...obligations: Obligation[]) => fact('tax', 'resumed', at, { obligations });
const folded = (...facts: StatusFact[]): Folded => fold([accepted, ...facts], new Set(), anyone);
const why = (result: Folded, { seq: of }: StatusFact) => result.withoutEffect.get(of) ?? null;

describe('a notice', () => {
  it('pauses until it is paid', () => {
    const [asked, paid] = [notice(1, ['TB-1', 500]), voucher(5, ['TB-1', 500])];
    expect(folded(asked)).toMatchObject({ status: 'paused', pauseReason: 'citizen-payment' });
    const result = folded(asked, paid);
    expect(result).toMatchObject({ status: 'processing', intervals: [{ source: 'tax', from: 1, to: 5 }] });
    expect(result.shown.map(({ status }) => status)).toEqual(['accepted', 'paused', 'processing']);
  });

  it('is paid in parts: the last one ends the pause', () => {
    const [first, last] = [voucher(3, ['TB-1', 200]), voucher(5, ['TB-1', 300])];
    const result = folded(notice(1, ['TB-1', 500]), first, last);
    expect(why(result, first)).toBe('partly-paid');
    expect(result).toMatchObject({ status: 'processing', intervals: [{ from: 1, to: 5 }] });
  });

  it('beside another one holds the pause until both are paid', () => {
    const result = folded(notice(1, ['TB-1', 500], ['TB-2', 90]), voucher(3, ['TB-1', 500]));
    expect(result.status).toBe('paused');
    expect(folded(notice(1, ['TB-1', 500]), notice(2, ['TB-2', 90]), voucher(3, ['TB-1', 500])).status).toBe('paused');
    expect(
      folded(notice(1, ['TB-1', 500]), notice(2, ['TB-2', 90]), voucher(3, ['TB-1', 500]), voucher(4, ['TB-2', 90]))
        .intervals,
    ).toMatchObject([{ from: 1, to: 4 }]);
  });

  it('told anew with another amount asks for that one', () => {
    const result = folded(notice(1, ['TB-1', 500]), notice(2, ['TB-1', 300]), voucher(3, ['TB-1', 300]));
    expect(result.status).toBe('processing');
  });

  it('that was paid before it came pauses nothing', () => {
    const [early, late] = [voucher(1, ['TB-1', 500]), notice(2, ['TB-1', 500])];
    const result = folded(early, late);
    expect(result).toMatchObject({ status: 'accepted', intervals: [] });
    expect([why(result, early), why(result, late)]).toEqual(['nothing-to-resume', 'paid-already']);
  });

  it('the only one owed is paid by a payment that names it otherwise; of two, neither is', () => {
    expect(folded(notice(1, ['TB-1', 500]), voucher(3, ['0001/TB-1', 500])).status).toBe('processing');
    expect(folded(notice(1, ['TB-1', 500], ['TB-2', 500]), voucher(3, ['X', 1000])).status).toBe('paused');
  });
});

describe('beside the land registry', () => {
  const land = (status: 'paused' | 'resumed', at: number, reason?: string) =>
    fact('land-registry', status, at, reason ? { reason } : {});

  it('a payment ends the tax authority’s own pause, never the land registry’s', () => {
    const paid = voucher(4, ['TB-1', 500]);
    const result = folded(land('paused', 1, 'tax-determination'), notice(2, ['TB-1', 500]), paid);
    expect(result).toMatchObject({ status: 'paused', pauseReason: 'tax-determination' });
    expect(result.pauses).toMatchObject([{ source: 'land-registry' }]);
    expect(why(result, paid)).toBe('other-pause-open');
    expect(result.intervals.find(({ source }) => source === 'tax')).toMatchObject({ from: 2, to: 4 });
  });

  it('the land registry’s resume ends its own pause and leaves what is owed', () => {
    const result = folded(land('paused', 1, 'tax-determination'), notice(2, ['TB-1', 500]), land('resumed', 3));
    expect(result).toMatchObject({ status: 'paused', pauseReason: 'citizen-payment' });
  });

  it('the dossier goes on when both have ended theirs', () => {
    const result = folded(
      land('paused', 1, 'tax-determination'),
      notice(2, ['TB-1', 500]),
      voucher(4, ['TB-1', 500]),
      land('resumed', 6),
    );
    expect(result.status).toBe('processing');
    expect(result.shown.at(-1)).toMatchObject({ status: 'processing', at: 6 });
  });
});

it('any order of arrival says the same', () => {
  const money = fc.record({
    at: fc.integer({ min: 1, max: 6 }),
    isNotice: fc.boolean(),
    of: fc.constantFrom('TB-1', 'TB-2'),
    amount: fc.constantFrom(100, 200, 300),
  });
  const arrivals = fc
    .array(money, { minLength: 1, maxLength: 6 })
    .map((all) => all.map(({ at, isNotice, of, amount }) => (isNotice ? notice : voucher)(at, [of, amount])))
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  fc.assert(
    fc.property(arrivals, ([one, other]) => {
      expect(folded(...other).intervals).toEqual(folded(...one).intervals);
      expect(folded(...other).status).toBe(folded(...one).status);
    }),
  );
});
