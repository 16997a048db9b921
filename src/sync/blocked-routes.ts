/** @module What a destination refuses, for operators: its words, what to do about them, and trying again one, all of a cause, or all. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { dossierCode } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import type { Caller } from '../http/auth.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { type BlockedRow, blockedOf, unblock } from './blocked-store.ts';
import { destinationParams, knownAmong } from './destination-params.ts';
import { suggestionFor } from './suggestion.ts';

export interface BlockedRouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly destinations: readonly { readonly name: string }[];
  /** Something became due: look now. */
  readonly wake: () => void;
}

const LISTED = 500;

const suggestion = z.object({ vi: z.string(), en: z.string() });
const blocked = z.object({
  total: z.int(),
  causes: z
    .array(z.object({ cause: z.string(), dossiers: z.int(), suggestion }))
    .meta({ description: 'The destination’s words, the most frequent first: each may be retried as a whole' }),
  items: z
    .array(
      z.object({
        dossierCode: z.string(),
        blockedAt: z.string(),
        reason: z.string(),
        suggestion,
        attempts: z.int(),
      }),
    )
    .meta({ description: `The ${LISTED} that have been blocked longest` }),
});

/** How many dossiers each of the destination's words keep back, the most frequent first. */
function causesOf(rows: readonly BlockedRow[]): z.output<typeof blocked>['causes'] {
  return [...Map.groupBy(rows, ({ reason }) => reason)]
    .map(([cause, { length }]) => ({ cause, dossiers: length, suggestion: suggestionFor(cause) }))
    .sort((a, b) => b.dossiers - a.dossiers);
}

export function blockedRoutes({ db, catalogue, destinations, wake }: BlockedRouteDeps): Route[] {
  const known = knownAmong(destinations);
  const mine = (destination: string, { agencies }: Pick<Caller, 'agencies'>, now: number): Promise<BlockedRow[]> =>
    blockedOf(db, destination, catalogue().agencies.asOf(now).codesUnder(agencies));
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/destinations/:name/blocked',
      id: 'listBlocked',
      tag: 'sync',
      summary: { vi: 'Hồ sơ bị chặn và lời của hệ thống nhận', en: 'Blocked dossiers, in the destination’s words' },
      scope: 'sync.read',
      params: destinationParams,
      response: { 200: blocked },
      errors: ['not-found'],
      example: { params: { name: 'national-portal' } },
      handler: async (call) => {
        known(call.params.name);
        const rows = await mine(call.params.name, call.caller, call.now);
        return {
          total: rows.length,
          causes: causesOf(rows),
          items: rows.slice(0, LISTED).map((row) => ({
            ...row,
            blockedAt: rfc3339(row.blockedAt),
            suggestion: suggestionFor(row.reason),
          })),
        };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/destinations/:name/blocked/retry',
      id: 'retryBlocked',
      tag: 'sync',
      summary: {
        vi: 'Thử lại hồ sơ bị chặn: một hồ sơ, mọi hồ sơ cùng nguyên nhân, hoặc tất cả',
        en: 'Let blocked dossiers try again: one, all of one cause, or all',
      },
      description: {
        vi: 'Chỉ hồ sơ của các cơ quan mà bên gọi được xem. matched: số hồ sơ đang bị chặn ứng với yêu cầu; released: số được thử lại.',
        en: 'Dossiers of the caller’s agencies only. matched: how many blocked ones were meant; released: how many try again.',
      },
      scope: 'sync.operate',
      audit: 'write',
      params: destinationParams,
      body: z.strictObject({
        reason: z.string().min(3).max(1000),
        dossier: dossierCode.optional().meta({ description: 'This one alone' }),
        cause: z
          .string()
          .min(1)
          .max(5000)
          .optional()
          .meta({ description: 'All that the destination refuses with these very words, as the list has them' }),
      }),
      response: { 200: z.object({ matched: z.int(), released: z.int() }) },
      errors: ['not-found'],
      example: {
        params: { name: 'national-portal' },
        body: { reason: 'Cổng đã bổ sung danh mục', cause: 'Mã thủ tục không có trong danh mục' },
      },
      handler: async (call) => {
        const { name } = call.params;
        known(name);
        const { reason, cause, dossier } = call.body;
        const matched = (await mine(name, call.caller, call.now)).filter(
          (row) => (cause ?? row.reason) === row.reason && (dossier ?? row.dossierCode) === row.dossierCode,
        );
        if (dossier !== undefined && matched.length === 0)
          fail('not-found', {
            detail: `${dossier} is not blocked at ${name}, or belongs to another agency.`,
            detailVi: `Hồ sơ ${dossier} không bị ${name} chặn, hoặc thuộc cơ quan khác.`,
          });
        const ids = matched.map(({ dossierId }) => dossierId);
        const released = await unblock(db, name, ids, call.now);
        // The words themselves may name somebody: they stay out of the audit.
        call.audited({
          ...(dossier !== undefined && { dossier }),
          details: { destination: name, reason, isOneCause: cause !== undefined, released },
        });
        wake();
        return { matched: matched.length, released };
      },
    }),
  ];
}
