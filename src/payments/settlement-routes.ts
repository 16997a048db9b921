/** @module Settlement files for operators: hand one over, see what came of it. */
import { z } from 'zod';
import { UnreadableSettlement } from '../capabilities/payments.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { PaymentsDeps } from './deps.ts';
import { EXAMPLE_SETTLEMENT, EXAMPLE_SETTLEMENT_ID } from './examples.ts';
import { OUTCOMES, type Outcome } from './match.ts';
import { ofPayment, PAGE, paged } from './report.ts';
import { type PaymentEvidence, paymentsOfFile } from './report-store.ts';
import { chosenProvider } from './routes.ts';
import { takeSettlement } from './settlement.ts';
import { findSettlement, listSettlements, readFaults, type SettlementRecord } from './settlement-store.ts';
import { spooled } from './upload.ts';

const LARGEST_FILE = 64 * 1024 * 1024;
const MOST_FAULTS = 1_000;

const run = z.object({
  id: z.int(),
  provider: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  uploadedAt: z.string(),
  uploadedBy: z.string(),
  finishedAt: z.string().nullable(),
  lines: z.int().meta({ description: 'Movements of money that are new.' }),
  faults: z.int().meta({ description: 'Lines that could not be read, or contradict an earlier one.' }),
  repeated: z.int().meta({ description: 'Lines that say again what an earlier line said.' }),
  unknown: z.int().meta({ description: 'New lines whose reference nobody here asked for.' }),
  sum: z.int(),
  stated: z.object({ lines: z.int(), sum: z.int() }).nullable().meta({ description: 'What the file says of itself.' }),
  isComplete: z
    .boolean()
    .nullable()
    .meta({ description: 'Whether the file holds as many lines as it says; null where it does not say.' }),
});
const detail = run.extend({
  outcomes: z.partialRecord(z.enum(OUTCOMES), z.int()),
  faultyLines: z.array(
    z.object({ line: z.int(), faults: z.array(z.object({ path: z.string(), message: z.string() })) }),
  ),
});

const toRun = (record: SettlementRecord): z.input<typeof run> => {
  const { uploadedAt, finishedAt, statedLines, statedSum, ...rest } = record;
  const read = record.lines + record.repeated + record.faults;
  return {
    ...rest,
    uploadedAt: rfc3339(uploadedAt),
    finishedAt: rfc3339(finishedAt),
    stated: statedLines === null || statedSum === null ? null : { lines: statedLines, sum: statedSum },
    isComplete: statedLines === null ? null : statedLines === read,
  };
};

export function settlementRoutes(deps: PaymentsDeps): Route[] {
  const { pool, now } = deps;
  const detailOf = async (record: SettlementRecord): Promise<z.input<typeof detail>> => {
    const faultyLines = await readFaults(pool, record.id, MOST_FAULTS);
    const outcomes: Partial<Record<Outcome, number>> = {};
    const calendarOf = (agencyCode: string | null) => deps.catalogue().calendarOf(agencyCode);
    const page = (last: PaymentEvidence | null) => paymentsOfFile(pool, record.id, last?.id ?? null, PAGE);
    for await (const payment of paged(page)) {
      const outcome = ofPayment({ now, calendarOf }, payment).outcomes[0]!;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    if (record.unknown > 0) outcomes['settled-unknown-to-us'] = record.unknown;
    return {
      ...toRun(record),
      outcomes,
      faultyLines: faultyLines.map(({ line, faults }) => ({ line, faults: faults.map((fault) => ({ ...fault })) })),
    };
  };

  return [
    defineRoute({
      method: 'POST',
      path: '/v1/settlements',
      id: 'postSettlement',
      tag: 'payments',
      summary: { vi: 'Nộp tệp đối soát của nền tảng thanh toán', en: 'Hand over a settlement file' },
      description: {
        vi: 'Dòng lỗi được nêu riêng, không dừng cả tệp. Gửi lại cùng tệp cho cùng kết quả.',
        en: 'A bad line is named and stops nothing else. The same file again gives the same run.',
      },
      scope: 'payments.settle',
      audit: 'write',
      query: z.object({
        provider: z
          .string()
          .regex(/^[a-z0-9-]{1,60}$/)
          .optional(),
      }),
      rawBody: 'stream',
      bodyLimit: LARGEST_FILE,
      consumes: ['text/csv'],
      timeoutSeconds: 300,
      response: { 200: detail },
      errors: ['provider-not-configured', 'payload-too-large', 'validation'],
      example: { body: EXAMPLE_SETTLEMENT },
      handler: async (call) => {
        const provider = chosenProvider(deps, call.query.provider);
        try {
          const uploadedBy = call.access.officer ?? call.caller.clientId;
          const record = await spooled(call.body, LARGEST_FILE, (file) =>
            takeSettlement(deps, { provider, file, uploadedBy }),
          );
          call.audited({ details: { settlement: record.id, lines: record.lines, faults: record.faults } });
          return await detailOf(record);
        } catch (error) {
          if (error instanceof UnreadableSettlement) fail('validation', { violations: error.violations });
          throw error;
        }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/settlements',
      id: 'listSettlements',
      tag: 'payments',
      summary: { vi: 'Các tệp đối soát đã nộp', en: 'Settlement files that were handed over' },
      scope: 'payments.settle',
      query: z.object({
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(run) }) },
      errors: [],
      example: { query: { limit: 20 } },
      handler: async (call) => {
        const { limit, cursor } = call.query;
        const records = await listSettlements(pool, Number(cursor ?? Number.MAX_SAFE_INTEGER), limit);
        if (records.length === limit) linkNext(call, records.at(-1)!.id);
        return { items: records.map(toRun) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/settlements/:id',
      id: 'getSettlement',
      tag: 'payments',
      summary: { vi: 'Kết quả của một tệp đối soát', en: 'What came of a settlement file' },
      scope: 'payments.settle',
      params: z.object({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }),
      response: { 200: detail },
      errors: ['not-found'],
      example: { params: { id: EXAMPLE_SETTLEMENT_ID } },
      handler: async (call) => {
        const record = await findSettlement(pool, call.params.id);
        if (!record)
          fail('not-found', {
            detail: `No settlement ${call.params.id}`,
            detailVi: `Không có tệp đối soát ${call.params.id}`,
          });
        return detailOf(record);
      },
    }),
  ];
}
