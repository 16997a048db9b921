/** @module The change feed for programs: at least once, in order per dossier, no personal data. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { fail, GatewayError } from '../errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { SECOND } from '../units.ts';
import { Arrivals } from './arrivals.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { changeItem, toItem } from './item.ts';
import { lastPosition, readChanges } from './read-store.ts';

const LONGEST_WAIT = 30;

export interface FeedRouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
}

export function feedRoutes({ db, catalogue }: FeedRouteDeps): Route[] {
  const arrivals = new Arrivals({ lastPosition: () => lastPosition(db) });
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/changes',
      id: 'listChanges',
      tag: 'changes',
      summary: { vi: 'Dòng thay đổi', en: 'The change feed' },
      description: {
        vi: 'Mỗi thay đổi ít nhất một lần, đúng thứ tự trong từng hồ sơ, không có dữ liệu cá nhân. Gửi lại cursor của lần trước; wait: số giây chờ khi chưa có gì mới. Thay đổi được lưu CHANGES_KEPT_DAYS ngày: cursor cũ hơn bị từ chối.',
        en: 'Each change at least once, in order per dossier, no personal data. Hand back the cursor of the last answer; wait is how many seconds to wait while there is nothing new. Changes are kept for CHANGES_KEPT_DAYS: an older cursor is refused.',
      },
      scope: 'changes.read',
      timeoutSeconds: LONGEST_WAIT + 10,
      query: z.object({
        cursor: z.string().max(40).optional(),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
        wait: z.coerce.number().min(0).max(LONGEST_WAIT).default(0).meta({ description: 'seconds' }),
      }),
      response: { 200: z.object({ items: z.array(changeItem), cursor: z.string() }) },
      errors: ['invalid-parameters', 'cursor-expired'],
      example: { query: { limit: 20 } },
      handler: async (call) => {
        const { cursor, limit, wait } = call.query;
        const from = cursor === undefined ? 0 : fromCursor(cursor);
        if (from === null)
          throw new GatewayError('invalid-parameters', {
            violations: [{ path: 'query.cursor', message: 'không phải cursor đã cấp / not a cursor of this feed' }],
          });
        const patience = AbortSignal.any([call.signal, AbortSignal.timeout(wait * SECOND)]);
        let after = from;
        for (;;) {
          const agencies = catalogue().agencies.asOf(call.now).codesUnder(call.caller.agencies);
          const page = await readChanges(db, { after, agencies, limit });
          const { items, atEnd } = page;
          // Who names no place asks for what there is.
          if (cursor !== undefined && from < page.removedTo)
            fail('cursor-expired', {
              detail: `Changes after this cursor were removed when they had been kept for their time`,
              detailVi: 'Một số thay đổi sau cursor này đã hết thời gian lưu và được xóa',
              extra: { cursor: toCursor(page.removedTo) },
            });
          after = page.next;
          if (items.length > 0 || (atEnd && patience.aborted))
            return { items: items.map(toItem), cursor: toCursor(after) };
          if (atEnd) await arrivals.wait(after, patience);
          // A reader whose dossiers are few still hands back a place that has moved on.
          call.signal.throwIfAborted();
        }
      },
    }),
  ];
}
