/** @module What a dossier's fees come to, with exemptions and reductions, explained line by line: pure. Money is whole đồng. */
import { z } from 'zod';
import { nationalProcedure } from '../dossiers/identifiers.ts';
import { CHANNELS } from '../dossiers/shape.ts';
import type { Bilingual } from '../errors.ts';

const bilingual = z.strictObject({ vi: z.string().min(1), en: z.string().min(1) });
const dates = { effectiveFrom: z.iso.date(), effectiveTo: z.iso.date().nullable() };

/** The fees of this installation: what is charged, and who pays less. Resolutions of provincial councils are data. */
export const feeCatalogue = z.strictObject({
  fees: z.array(
    z.strictObject({
      procedureCode: z.string().min(1),
      code: z.string().min(1),
      name: bilingual,
      kind: z.enum(['fee', 'charge']),
      amount: z.int().nonnegative(),
      /** What one amount is for, where there can be several: a page, a copy. */
      unit: bilingual.nullable(),
      legalBasis: z.string().min(1),
      ...dates,
    }),
  ),
  groups: z.array(z.strictObject({ code: z.string().regex(/^[a-z][a-z-]*$/), name: bilingual })),
  reductions: z.array(
    z.strictObject({
      code: z.string().min(1),
      name: bilingual,
      decision: z.string().min(1),
      /** 100 is an exemption. */
      percent: z.int().min(1).max(100),
      /** Null: for all of them. */
      procedures: z.array(z.string()).nullable(),
      fees: z.array(z.string()).nullable(),
      kinds: z.array(z.enum(['fee', 'charge'])).nullable(),
      groups: z.array(z.string()).nullable(),
      channels: z.array(z.enum(CHANNELS)).nullable(),
      ...dates,
    }),
  ),
  /** Where several reductions hold: the best one alone, or one after the other. */
  combine: z.enum(['best', 'one-after-another']),
});
export type FeeCatalogue = z.output<typeof feeCatalogue>;
type Fee = FeeCatalogue['fees'][number];
type Reduction = FeeCatalogue['reductions'][number];

export interface QuoteInput {
  readonly procedureCode: string;
  readonly channel: (typeof CHANNELS)[number];
  readonly groups: readonly string[];
  /** The day by whose rules it is counted, `YYYY-MM-DD`. */
  readonly date: string;
  /** How many of a fee's unit; 1 where not said. */
  readonly quantities: Readonly<Record<string, number>>;
}

export interface QuotedFee {
  readonly code: string;
  readonly name: Bilingual;
  readonly kind: Fee['kind'];
  readonly listAmount: number;
  readonly quantity: number;
  readonly reductions: readonly { readonly code: string; readonly percent: number; readonly amount: number }[];
  readonly amount: number;
}

export interface Quote {
  readonly fees: readonly QuotedFee[];
  readonly total: number;
  readonly steps: readonly Bilingual[];
}

const holds = ({ effectiveFrom, effectiveTo }: { effectiveFrom: string; effectiveTo: string | null }, date: string) =>
  effectiveFrom <= date && (effectiveTo === null || date <= effectiveTo);
const sameProcedure = (a: string, b: string): boolean => (nationalProcedure(a) ?? a) === (nationalProcedure(b) ?? b);
const dong = (amount: number, language: 'vi' | 'en'): string =>
  `${String(amount).replace(/\B(?=(\d{3})+$)/g, language === 'vi' ? '.' : ',')} ${language === 'vi' ? 'đồng' : 'VND'}`;
const viDate = (date: string): string => date.split('-').reverse().join('/');

/** @returns null where the catalogue knows no fee of the procedure; a procedure without fees has an entry of 0 đồng */
export function quote(input: QuoteInput, catalogue: FeeCatalogue): Quote | null {
  const known = catalogue.fees.filter(({ procedureCode }) => sameProcedure(procedureCode, input.procedureCode));
  if (known.length === 0) return null;
  const steps: Bilingual[] = [];
  const fees = known
    .filter((fee) => holds(fee, input.date))
    .map((fee) => quoted(fee, input, catalogue, (step) => steps.push(step)));
  const total = fees.reduce((sum, { amount }) => sum + amount, 0);
  steps.push({ vi: `Tổng cộng phải nộp: ${dong(total, 'vi')}.`, en: `Total to be paid: ${dong(total, 'en')}.` });
  return { fees, total, steps };
}

function quoted(fee: Fee, input: QuoteInput, catalogue: FeeCatalogue, say: (step: Bilingual) => void): QuotedFee {
  const quantity = fee.unit === null ? 1 : (input.quantities[fee.code] ?? 1);
  const listAmount = fee.amount * quantity;
  const kind = fee.kind === 'fee' ? { vi: 'phí', en: 'fee' } : { vi: 'lệ phí', en: 'charge' };
  const times =
    fee.unit === null
      ? { vi: '', en: '' }
      : { vi: ` × ${quantity} ${fee.unit.vi}`, en: ` × ${quantity} ${fee.unit.en}` };
  say({
    vi: `${fee.name.vi} (${kind.vi}, ${fee.legalBasis}): ${dong(fee.amount, 'vi')}${times.vi} = ${dong(listAmount, 'vi')}.`,
    en: `${fee.name.en} (${kind.en}, ${fee.legalBasis}): ${dong(fee.amount, 'en')}${times.en} = ${dong(listAmount, 'en')}.`,
  });

  const holding: Reduction[] = [];
  for (const reduction of catalogue.reductions) {
    const why = whyNot(reduction, fee, input, catalogue);
    if (why === null) holding.push(reduction);
    else if (why !== 'elsewhere')
      say({
        vi: `Không áp dụng "${reduction.name.vi}" (${reduction.decision}): ${why.vi}.`,
        en: `Not applied, "${reduction.name.en}" (${reduction.decision}): ${why.en}.`,
      });
  }
  holding.sort((a, b) => b.percent - a.percent || (a.code < b.code ? -1 : 1));
  const applied = catalogue.combine === 'best' ? holding.slice(0, 1) : holding;
  let amount = listAmount;
  const reductions = applied.map((reduction) => {
    // In the payer's favour: what is left is rounded down to whole đồng.
    const left = Math.floor((amount * (100 - reduction.percent)) / 100);
    const taken = amount - left;
    amount = left;
    say({
      vi: `${reduction.percent === 100 ? 'Miễn' : `Giảm ${reduction.percent}%`} theo "${reduction.name.vi}" (${reduction.decision}): −${dong(taken, 'vi')}, còn ${dong(left, 'vi')}.`,
      en: `${reduction.percent === 100 ? 'Exempt' : `Reduced by ${reduction.percent}%`} by "${reduction.name.en}" (${reduction.decision}): −${dong(taken, 'en')}, ${dong(left, 'en')} left.`,
    });
    return { code: reduction.code, percent: reduction.percent, amount: taken };
  });
  for (const other of holding.slice(applied.length))
    say({
      vi: `"${other.name.vi}" cũng áp dụng được nhưng chỉ lấy mức có lợi nhất.`,
      en: `"${other.name.en}" holds, too, but only the best one counts.`,
    });
  return { code: fee.code, name: fee.name, kind: fee.kind, listAmount, quantity, reductions, amount };
}

/** Why a reduction does not hold for a fee; `elsewhere` where it is about other fees altogether, null where it holds. */
function whyNot(
  reduction: Reduction,
  fee: Fee,
  input: QuoteInput,
  { groups }: FeeCatalogue,
): Bilingual | 'elsewhere' | null {
  const { procedures, fees, kinds, channels } = reduction;
  if (procedures !== null && !procedures.some((code) => sameProcedure(code, fee.procedureCode))) return 'elsewhere';
  if ((fees !== null && !fees.includes(fee.code)) || (kinds !== null && !kinds.includes(fee.kind))) return 'elsewhere';
  if (fee.amount === 0) return 'elsewhere';
  if (!holds(reduction, input.date)) {
    const until = reduction.effectiveTo;
    return {
      vi: `chỉ có hiệu lực từ ${viDate(reduction.effectiveFrom)}${until === null ? '' : ` đến ${viDate(until)}`}`,
      en: `it holds from ${reduction.effectiveFrom}${until === null ? '' : ` to ${until}`} only`,
    };
  }
  if (channels !== null && !channels.includes(input.channel))
    return { vi: 'chỉ dành cho hồ sơ nộp trực tuyến hoặc theo kênh quy định', en: 'it is for other channels' };
  if (reduction.groups !== null && !reduction.groups.some((group) => input.groups.includes(group))) {
    const names = groups.filter(({ code }) => reduction.groups!.includes(code));
    return {
      vi: `chỉ dành cho ${names.map(({ name }) => name.vi).join(', ')}`,
      en: `it is for ${names.map(({ name }) => name.en).join(', ')}`,
    };
  }
  return null;
}
