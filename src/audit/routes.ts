/** @module The audit log for auditors: its entries by page, and the proof that it is whole. */
import type pg from 'pg';
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { rfc3339 } from '../http/answer.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { FAULT_KINDS } from './chain.ts';
import { type SignedHeads, verifyChain } from './chain-store.ts';
import { listEntries } from './read-store.ts';
import { auditItem, pageFields, spanFields, spanOf, type TitleOf, toAuditItem, words } from './reading.ts';
import { faultWords } from './words.ts';

export interface AuditRouteDeps {
  readonly pool: pg.Pool;
  readonly catalogue: () => Catalogue;
  readonly titleOf: TitleOf;
  /** What this machine keeps of signed heads. */
  readonly signed: SignedHeads;
}

const name = z.string().min(1).max(200);

export function auditRoutes({ pool, catalogue, titleOf, signed }: AuditRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/audit',
      id: 'listAudit',
      tag: 'audit',
      summary: { vi: 'Nhật ký truy cập, mới nhất trước', en: 'The audit log, newest first' },
      description: {
        vi: 'Ai đã gọi gì, khi nào, cho hồ sơ nào, mục đích gì. Không nêu dữ liệu cá nhân: target là giá trị băm có khóa. Chỉ gồm lượt gọi của các cơ quan mà người hỏi được xem.',
        en: 'Who called what, when, for which dossier and purpose. It names nobody whose data was read: target is a keyed hash. Only calls of agencies that count for the reader are told of.',
      },
      scope: 'audit.read',
      audit: 'read',
      query: z.object({
        ...spanFields,
        client: name.optional(),
        officer: name.optional(),
        dossier: name.optional(),
        operation: name.optional().meta({ description: 'Only calls of this operation, by its id.' }),
        ...pageFields,
      }),
      response: { 200: z.object({ items: z.array(auditItem) }) },
      errors: ['invalid-parameters'],
      example: { query: { operation: 'getDossier', limit: 20 } },
      handler: async (call) => {
        const { client, officer, dossier, operation, limit, cursor } = call.query;
        const records = await listEntries(pool, {
          ...spanOf(call.query, call.now),
          client: client ?? null,
          officer: officer ?? null,
          dossier: dossier ?? null,
          operation: operation ?? null,
          agencies: catalogue().agencies.asOf(call.now).codesUnder(call.caller.agencies),
          before: cursor === undefined ? null : Number(cursor),
          limit,
        });
        if (records.length === limit) linkNext(call, records.at(-1)!.id);
        return { items: records.map((record) => toAuditItem(record, titleOf)) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/audit/verify',
      id: 'verifyAudit',
      tag: 'audit',
      summary: { vi: 'Kiểm tra nhật ký truy cập còn nguyên vẹn', en: 'Whether the audit log is as it was written' },
      description: {
        vi: 'Tính lại chuỗi băm từng đoạn: gọi tiếp với cursor cho đến khi complete. fault nêu dòng đầu tiên không đúng và vì sao: changed, missing, doubled, order, cut, head, rewritten, unsigned hay closing. signed là đầu chuỗi đã ký mới nhất (AUDIT_HEADS_FILE) mà nhật ký còn khớp.',
        en: 'Computes the chain of hashes again, a span at a time: go on with the cursor until complete. fault names the first entry that does not hold, and why: changed, missing, doubled, order, cut, head, rewritten, unsigned or closing. signed is the newest signed head (AUDIT_HEADS_FILE) that the log still fits.',
      },
      scope: 'audit.verify',
      audit: 'read',
      timeoutSeconds: 60,
      query: z.object({
        limit: z.coerce.number().int().min(1).max(100_000).default(20_000),
        cursor: z
          .string()
          .regex(/^[1-9]\d{0,14}$/)
          .optional(),
      }),
      response: {
        200: z.object({
          holds: z.boolean(),
          /** The first and the last entry of the span that hold; `to` is before `from` where none does. */
          from: z.int(),
          to: z.int(),
          complete: z.boolean(),
          cursor: z.string().nullable(),
          /** The newest signed head of the span that fits: what stands up to it is as it was then. */
          signed: z.object({ id: z.int(), at: z.string() }).nullable(),
          fault: z
            .object({
              kind: z.enum(FAULT_KINDS),
              id: z.int(),
              to: z.int().nullable(),
              text: words,
            })
            .nullable(),
        }),
      },
      errors: ['invalid-parameters'],
      example: { query: { limit: 1000 } },
      handler: async (call) => {
        const { limit, cursor } = call.query;
        const report = await verifyChain(pool, {
          from: Number(cursor ?? 1),
          atMost: limit,
          signed,
          signal: call.signal,
        });
        const { from, to, complete, fault } = report;
        // The last entry is looked at once more: the next one is compared with it.
        const next = complete ? null : String(to);
        if (next !== null) linkNext(call, next);
        return {
          holds: fault === null,
          from,
          to,
          complete,
          cursor: next,
          signed: report.signed && { id: report.signed.id, at: rfc3339(Date.parse(report.signed.at)) },
          fault: fault && {
            kind: fault.kind,
            id: fault.id,
            to: 'to' in fault ? fault.to : null,
            text: faultWords(fault),
          },
        };
      },
    }),
  ];
}
