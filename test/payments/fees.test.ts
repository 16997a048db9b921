import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FeeCatalogue, feeCatalogue, type QuoteInput, quote } from '../../src/payments/fees.ts';

const demo = feeCatalogue.parse(
  JSON.parse(readFileSync(new URL('../../data/demo/fees.json', import.meta.url), 'utf8')),
);
const input = (more: Partial<QuoteInput> = {}): QuoteInput => ({
  procedureCode: '1.005129',
  channel: 'counter',
  groups: [],
  date: '2026-03-10',
  quantities: {},
  ...more,
});
const amounts = (more: Partial<QuoteInput> = {}, catalogue = demo): Record<string, number> =>
  Object.fromEntries(quote(input(more), catalogue)!.fees.map(({ code, amount }) => [code, amount]));

describe('a quote', () => {
  it('is the list price at the counter for nobody in particular', () => {
    expect(amounts()).toEqual({ LP01: 50_000, PH01: 200_000 });
    expect(quote(input(), demo)!.total).toBe(250_000);
  });

  it('knows the procedure by its national part', () => {
    expect(amounts({ procedureCode: '1.005129.000.00.00.H15' })).toEqual({ LP01: 50_000, PH01: 200_000 });
  });

  it('halves a charge online, and no fee', () => {
    expect(amounts({ channel: 'online' })).toEqual({ LP01: 25_000, PH01: 200_000 });
  });

  it('takes the best of several reductions, never all of them', () => {
    expect(amounts({ channel: 'online', groups: ['near-poor-household'] })).toEqual({ LP01: 25_000, PH01: 140_000 });
    expect(amounts({ channel: 'online', groups: ['poor-household'] })).toEqual({ LP01: 0, PH01: 0 });
  });

  it('applies them one after the other where the resolution says so, rounding down what is left', () => {
    const stacked: FeeCatalogue = { ...demo, combine: 'one-after-another' };
    expect(amounts({ channel: 'online', groups: ['near-poor-household'] }, stacked)).toEqual({
      LP01: 17_500,
      PH01: 140_000,
    });
    const odd: FeeCatalogue = { ...stacked, fees: stacked.fees.map((fee) => ({ ...fee, amount: 9_999 })) };
    expect(amounts({ groups: ['near-poor-household'] }, odd)).toEqual({ LP01: 6_999, PH01: 6_999 });
  });

  it('follows the day by whose rules it is counted', () => {
    expect(amounts({ channel: 'online', date: '2025-12-31' }).LP01).toBe(0);
    expect(amounts({ channel: 'online', date: '2026-01-01' }).LP01).toBe(25_000);
    expect(quote(input({ date: '2025-06-30' }), demo)!.fees).toEqual([]);
  });

  it('counts pages', () => {
    expect(amounts({ procedureCode: '2.000815', quantities: { PH03: 7 } })).toEqual({ PH03: 14_000 });
    expect(amounts({ procedureCode: '2.000815' })).toEqual({ PH03: 2_000 });
  });

  it('of a procedure without fees is nothing; of one that nobody knows there is none', () => {
    expect(quote(input({ procedureCode: '1.001193' }), demo)!.total).toBe(0);
    expect(quote(input({ procedureCode: '9.999999' }), demo)).toBeNull();
  });

  it('explains in both languages what was applied, what was not, and why', () => {
    const { steps } = quote(input({ channel: 'online', groups: ['near-poor-household'] }), demo)!;
    expect(steps.map(({ vi }) => vi)).toEqual([
      'Lệ phí đăng ký biến động đất đai (lệ phí, Nghị quyết của HĐND tỉnh (số liệu minh họa)): 50.000 đồng = 50.000 đồng.',
      'Không áp dụng "Miễn cho đối tượng chính sách" (NQ 01/NQ-HĐND (minh họa)): chỉ dành cho hộ nghèo, đồng bào dân tộc thiểu số ở vùng khó khăn, người có công với cách mạng, người khuyết tật, trẻ em, người cao tuổi.',
      'Không áp dụng "Miễn lệ phí trực tuyến năm 2025" (NQ 03/NQ-HĐND (minh họa)): chỉ có hiệu lực từ 01/07/2025 đến 31/12/2025.',
      'Giảm 50% theo "Giảm khi nộp hồ sơ trực tuyến" (NQ 02/NQ-HĐND (minh họa)): −25.000 đồng, còn 25.000 đồng.',
      '"Giảm cho hộ cận nghèo" cũng áp dụng được nhưng chỉ lấy mức có lợi nhất.',
      'Phí thẩm định hồ sơ cấp Giấy chứng nhận (phí, Nghị quyết của HĐND tỉnh (số liệu minh họa)): 200.000 đồng = 200.000 đồng.',
      expect.stringContaining('Không áp dụng "Miễn cho đối tượng chính sách"'),
      'Giảm 30% theo "Giảm cho hộ cận nghèo" (NQ 01/NQ-HĐND (minh họa)): −60.000 đồng, còn 140.000 đồng.',
      'Tổng cộng phải nộp: 165.000 đồng.',
    ]);
    expect(steps.at(-1)!.en).toBe('Total to be paid: 165,000 VND.');
  });

  it('adds up, is never negative and never more than the list, whoever pays', () => {
    const groups = fc.subarray(demo.groups.map(({ code }) => code));
    const procedures = fc.constantFrom(...new Set(demo.fees.map(({ procedureCode }) => procedureCode)));
    const combine = fc.constantFrom('best' as const, 'one-after-another' as const);
    fc.assert(
      fc.property(
        groups,
        procedures,
        combine,
        fc.constantFrom('online' as const, 'counter' as const, 'post' as const),
        (payer, procedureCode, how, channel) => {
          const quoted = quote(input({ groups: payer, procedureCode, channel }), { ...demo, combine: how })!;
          expect(quoted.total).toBe(quoted.fees.reduce((sum, { amount }) => sum + amount, 0));
          for (const { amount, listAmount, reductions } of quoted.fees) {
            expect(Number.isInteger(amount) && amount >= 0).toBe(true);
            expect(amount + reductions.reduce((sum, one) => sum + one.amount, 0)).toBe(listAmount);
          }
        },
      ),
    );
  });
});
