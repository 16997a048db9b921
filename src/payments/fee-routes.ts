/** @module What a dossier's fees come to, as a service: with exemptions and reductions, explained line by line. */
import { z } from 'zod';
import { dayOf, isoDate } from '../deadlines/local-time.ts';
import { CHANNELS, procedureCode } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { type FeeCatalogue, quote } from './fees.ts';

const bilingual = z.object({ vi: z.string(), en: z.string() });
const quantity = z.int().min(1).max(10_000);

export function feeRoutes({ fees }: { readonly fees: FeeCatalogue | null }): Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/fees/quote',
      id: 'quoteFees',
      tag: 'payments',
      summary: { vi: 'Tính phí, lệ phí có miễn, giảm', en: 'What the fees come to, with exemptions and reductions' },
      description: {
        vi: 'steps giải thích từng dòng: mức thu, căn cứ, từng chính sách miễn giảm được áp dụng hay không và vì sao.',
        en: 'steps explains line by line: the rate, its legal basis, each reduction that holds or does not, and why.',
      },
      scope: 'fees.quote',
      body: z.strictObject({
        procedureCode,
        channel: z.enum(CHANNELS).default('counter'),
        groups: z
          .array(z.string().regex(/^[a-z][a-z-]{0,40}$/))
          .max(20)
          .default([])
          .meta({
            description: 'Groups that the payer belongs to, by their codes.',
          }),
        date: z.iso.date().optional().meta({ description: 'The day by whose rules it is counted; today unless told.' }),
        quantities: z.record(z.string().max(100), quantity).default({}).meta({
          description: 'How many of a fee’s unit (pages, copies), by the fee’s code.',
        }),
      }),
      response: {
        200: z.object({
          procedureCode: z.string(),
          date: z.string(),
          total: z.int(),
          fees: z.array(
            z.object({
              code: z.string(),
              name: bilingual,
              kind: z.enum(['fee', 'charge']),
              listAmount: z.int(),
              quantity: z.int(),
              reductions: z.array(z.object({ code: z.string(), percent: z.int(), amount: z.int() })),
              amount: z.int(),
            }),
          ),
          steps: z.array(z.object({ n: z.int(), vi: z.string(), en: z.string() })),
        }),
      },
      errors: ['not-found', 'validation'],
      example: { body: { procedureCode: '1.005129', channel: 'online', groups: ['near-poor-household'] } },
      handler: (call) => {
        const { groups, ...rest } = call.body;
        const known = new Set(fees?.groups.map(({ code }) => code));
        const strange = groups.findIndex((group) => !known.has(group));
        // An unknown group would quietly be no reduction.
        if (strange >= 0 && fees !== null) {
          const message = `có: ${[...known].join(', ')} / there are: ${[...known].join(', ')}`;
          fail('validation', { violations: [{ path: `$.groups[${strange}]`, message }] });
        }
        const date = call.body.date ?? isoDate(dayOf(call.now));
        const quoted = fees && quote({ ...rest, groups, date }, fees);
        if (!quoted)
          fail('not-found', {
            detail: `No fees of procedure ${call.body.procedureCode} are known here.`,
            detailVi: `Chưa khai báo phí, lệ phí của thủ tục ${call.body.procedureCode}.`,
          });
        return {
          procedureCode: call.body.procedureCode,
          date,
          total: quoted.total,
          fees: quoted.fees.map((fee) => ({ ...fee, reductions: fee.reductions.map((one) => ({ ...one })) })),
          steps: quoted.steps.map((step, i) => ({ n: i + 1, ...step })),
        };
      },
    }),
  ];
}
