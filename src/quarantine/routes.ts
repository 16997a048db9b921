/** @module Quarantine for operators: what waits and why, try again, discard. */
import { z } from 'zod';
import type { AgenciesOn } from '../agencies/directory.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Appender } from '../dossiers/append.ts';
import type { CommandResult } from '../dossiers/commands.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import type { Caller } from '../http/auth.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { causeOf } from './causes.ts';
import {
  closeQuarantined,
  countQuarantine,
  findQuarantined,
  listQuarantine,
  type QuarantineItem,
  quarantinedOf,
} from './store.ts';

const item = z.object({
  id: z.int(),
  at: z.string(),
  source: z.string(),
  reason: z.string(),
  detail: z.string(),
  dossierRef: z.string().nullable(),
  eventId: z.string().nullable(),
  suggestion: z.string(),
});

const words = z.object({ vi: z.string(), en: z.string() });
const counted = z.object({
  cause: z.string().meta({ description: 'The reason of its items' }),
  source: z.string(),
  count: z.int(),
  retryable: z.int().meta({ description: 'How many of them can be tried again: the others could not be read' }),
  oldestAt: z.string(),
  title: words,
  suggestion: words,
});

/** Tried again in one transaction, at most. */
const AT_ONCE = 500;
const RETRY_SECONDS = 300;
const params = z.object({ id: z.coerce.number().int().positive() });
const body = z.strictObject({ reason: z.string().min(3).max(1000) });

export interface QuarantineRouteDeps {
  readonly db: Queryable;
  readonly appender: Appender;
  readonly agencies: () => AgenciesOn;
}

const isTaken = (outcome: CommandResult['outcome']): boolean => outcome !== 'refused' && outcome !== 'quarantined';

function absent(id: number): never {
  fail('not-found', { detail: `No open quarantine item ${id}`, detailVi: `Không có mục chờ xử lý số ${id}` });
}

export function quarantineRoutes({ db, appender, agencies }: QuarantineRouteDeps): Route[] {
  const found = async (id: number, caller: Pick<Caller, 'agencies'>): Promise<QuarantineItem> => {
    const item = (await findQuarantined(db, id)) ?? absent(id);
    if (item.agencies !== null && !agencies().covers(caller.agencies, item.agencies)) fail('forbidden-agency');
    return item;
  };

  return [
    defineRoute({
      method: 'GET',
      path: '/v1/quarantine',
      id: 'listQuarantine',
      tag: 'operations',
      summary: { vi: 'Những gì chưa áp dụng được', en: 'What could not be applied' },
      scope: 'quarantine.read',
      query: z.object({
        cause: z.string().min(1).max(60).optional().meta({ description: 'Only those of this reason' }),
        limit: z.coerce.number().int().min(1).max(500).default(50),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(item) }) },
      errors: [],
      example: { query: { limit: 20 } },
      handler: async (call) => {
        const { cause = null, limit, cursor } = call.query;
        const own = agencies().codesUnder(call.caller.agencies);
        const items = await listQuarantine(db, { own, reason: cause, after: Number(cursor ?? 0), limit });
        if (items.length === limit) linkNext(call, items.at(-1)!.id);
        return {
          items: items.map((found) => ({
            ...found,
            at: rfc3339(found.at),
            suggestion: causeOf(found.reason).suggestion.vi,
          })),
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/quarantine/causes',
      id: 'countQuarantine',
      tag: 'operations',
      summary: { vi: 'Số mục chờ xử lý theo nguyên nhân', en: 'How many items wait, by cause and source' },
      scope: 'quarantine.read',
      response: { 200: z.object({ total: z.int(), items: z.array(counted) }) },
      errors: [],
      example: {},
      handler: async (call) => {
        const rows = await countQuarantine(db, agencies().codesUnder(call.caller.agencies));
        return {
          total: rows.reduce((sum, { count }) => sum + count, 0),
          items: rows.map((row) => ({ ...row, oldestAt: rfc3339(row.oldestAt), ...causeOf(row.cause) })),
        };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/quarantine/retry',
      id: 'retryQuarantine',
      tag: 'operations',
      summary: { vi: 'Thử áp dụng lại mọi mục cùng nguyên nhân', en: 'Try every item of one cause again' },
      scope: 'quarantine.operate',
      audit: 'write',
      timeoutSeconds: RETRY_SECONDS,
      body: z.strictObject({
        cause: z.string().min(1).max(60).meta({ description: 'The reason as the list has it, e.g. unmapped-code' }),
        source: z.string().min(1).max(60).optional(),
        reason: z.string().min(3).max(1000),
      }),
      response: { 200: z.object({ tried: z.int(), released: z.int() }) },
      errors: ['queue-full', 'database-unavailable'],
      example: { body: { cause: 'unmapped-code', reason: 'Đã bổ sung bảng mã' } },
      handler: async (call) => {
        const { cause, source = null, reason } = call.body;
        const own = agencies().codesUnder(call.caller.agencies);
        let tried = 0;
        let released = 0;
        for (let after = 0; !call.signal.aborted; ) {
          const page = await quarantinedOf(db, { reason: cause, source, own, after }, AT_ONCE);
          const commands = page.map(({ command }) => ({ ...command!, onFault: 'refuse' as const }));
          const results = page.length === 0 ? [] : await appender.append({ commands, raw: null });
          for (const [i, { outcome }] of results.entries())
            if (isTaken(outcome) && (await closeQuarantined(db, page[i]!.id, 'released', call.caller.clientId, reason)))
              released++;
          tried += page.length;
          if (page.length < AT_ONCE) break;
          after = page.at(-1)!.id;
        }
        call.audited({ details: { cause, source, reason, tried, released } });
        return { tried, released };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/quarantine/:id/retry',
      id: 'retryQuarantined',
      tag: 'operations',
      summary: { vi: 'Thử áp dụng lại', en: 'Try an item again' },
      scope: 'quarantine.operate',
      audit: 'write',
      params,
      body,
      response: {
        200: z.object({ id: z.int(), released: z.boolean(), outcome: z.string(), detail: z.string().nullable() }),
      },
      errors: ['not-found', 'forbidden-agency', 'conflict', 'queue-full', 'database-unavailable'],
      example: { params: { id: '1' }, body: { reason: 'Đã hỏi lại hệ thống gửi' } },
      handler: async (call) => {
        const { id } = call.params;
        const { command, reason: cause } = await found(id, call.caller);
        call.audited({ details: { item: id, cause, reason: call.body.reason } });
        if (!command)
          fail('conflict', {
            detail: 'The message could not be read: there is nothing to try again.',
            detailVi: 'Không đọc được bản tin nên không thể thử lại.',
          });
        // Refused again, it stays where it is: a second quarantine entry would hide the first.
        const [result] = await appender.append({ commands: [{ ...command, onFault: 'refuse' }], raw: null });
        const released = isTaken(result!.outcome);
        if (released) await closeQuarantined(db, id, 'released', call.caller.clientId, call.body.reason);
        call.audited({ details: { released } });
        return { id, released, outcome: result!.outcome, detail: 'detail' in result! ? result.detail : null };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/quarantine/:id/discard',
      id: 'discardQuarantined',
      tag: 'operations',
      summary: { vi: 'Loại bỏ', en: 'Discard an item' },
      scope: 'quarantine.operate',
      audit: 'write',
      params,
      body,
      response: { 200: z.object({ id: z.int() }) },
      errors: ['not-found', 'forbidden-agency'],
      example: { params: { id: '2' }, body: { reason: 'Đã hỏi lại hệ thống gửi' } },
      handler: async (call) => {
        const { id, reason: cause } = await found(call.params.id, call.caller);
        call.audited({ details: { item: id, cause, reason: call.body.reason } });
        if (!(await closeQuarantined(db, id, 'discarded', call.caller.clientId, call.body.reason))) absent(id);
        return { id };
      },
    }),
  ];
}
