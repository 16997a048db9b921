/** @module Sync policies for operators: what may be sent where, from when, and who wrote it so. */
import type pg from 'pg';
import { z } from 'zod';
import { fail, GatewayError } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { ifMatch } from '../http/if-match.ts';
import { languageOf } from '../http/language.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { MODES, type SyncPolicy, syncPolicy } from './policy.ts';
import { editPolicies } from './policy-keep.ts';
import { formerPolicies, type PolicyVersion, readPolicies } from './policy-store.ts';

export interface PolicyRouteDeps {
  readonly pool: pg.Pool;
  readonly destinations: readonly string[];
  /** Reads the policies again in this process. */
  readonly reload: () => Promise<void>;
  /** Brings the rows in line. @returns how many changed */
  readonly apply: () => Promise<number>;
}

const MOST_ITEMS = 1_000;
const FORMER = 50;

const version = z.object({
  version: z.int(),
  at: z.string(),
  author: z.string().meta({ description: 'The client that wrote it; SYNC_MODE: the installation’s own setting' }),
  officer: z.string().nullable(),
  reason: z.string().nullable(),
  defaultMode: z.enum(MODES).meta({ description: 'What no item names' }),
  items: z.array(syncPolicy),
});
const policiesAnswer = version.extend({
  former: z.array(version).meta({ description: `The ${FORMER} versions before, newest first` }),
});

const toVersion = ({ at, ...rest }: PolicyVersion): z.input<typeof version> => ({
  ...rest,
  items: [...rest.items],
  at: rfc3339(at),
});

export function policyRoutes({ pool, destinations, reload, apply }: PolicyRouteDeps): Route[] {
  const answered = async (current: PolicyVersion): Promise<z.input<typeof policiesAnswer>> => ({
    ...toVersion(current),
    former: (await formerPolicies(pool, current.version, FORMER)).map(toVersion),
  });
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/sync-policies',
      id: 'getSyncPolicies',
      tag: 'sync',
      summary: { vi: 'Chế độ đồng bộ theo hệ thống nhận, cơ quan, thủ tục, nguồn', en: 'What may be sent where' },
      scope: 'sync.read',
      response: { 200: policiesAnswer },
      errors: [],
      example: {},
      handler: async (call) => {
        const current = (await readPolicies(pool))!;
        call.header('etag', `"${current.version}"`);
        return answered(current);
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/v1/sync-policies',
      id: 'putSyncPolicies',
      tag: 'sync',
      summary: { vi: 'Thay chế độ đồng bộ', en: 'Replace the sync policies' },
      description: {
        vi: 'Thay toàn bộ danh sách; mục cụ thể nhất thắng, hồ sơ không mục nào nêu theo mặc định của cài đặt. Có hiệu lực trên mọi máy trong vài giây. Quay lại: gửi danh sách cũ (former), hoặc một mục observe. If-Match với ETag đã đọc ngăn ghi đè thay đổi của người khác.',
        en: 'Replaces the whole list; the most specific item wins, what no item names follows the installation’s default. In force on every machine within seconds. Back again: put a former list, or one item that observes. If-Match with the ETag read keeps others’ changes from being overwritten.',
      },
      scope: 'sync.operate',
      audit: 'write',
      timeoutSeconds: 120,
      headers: ifMatch,
      body: z.strictObject({
        items: z.array(syncPolicy).max(MOST_ITEMS),
        reason: z.string().min(3).max(1000).nullish(),
      }),
      response: {
        200: policiesAnswer.extend({
          changed: z.int().nullable().meta({ description: 'Dossiers treated otherwise; null: still being changed' }),
        }),
      },
      errors: ['precondition-failed', 'database-unavailable'],
      example: {
        body: {
          items: [
            { destination: 'national-portal', mode: 'send' },
            { destination: 'national-portal', agency: 'H15.59', mode: 'compare', effectiveFrom: '2035-01-01' },
          ],
          reason: 'Từ 01/01/2035, xã H15.59 chạy song song với kết nối cũ',
        },
      },
      handler: async (call) => {
        const { items, reason = null } = call.body;
        refuseUnknownDestinations(items, destinations, call.rawHeaders['accept-language']);
        const written = await editPolicies(pool, {
          author: call.caller.clientId,
          officer: call.access.officer,
          reason,
          change: (former) => {
            refuseForeignTag(call.headers['if-match'], former);
            return { items, defaultMode: former!.defaultMode };
          },
        });
        const current = written!;
        call.audited({ details: { version: current.version, items: items.length, reason } });
        call.header('etag', `"${current.version}"`);
        await reload();
        let changed: number | null = null;
        try {
          changed = await apply();
        } catch (error) {
          call.log.warn({ err: error, version: current.version }, 'modes are brought in line in the background');
        }
        return { ...(await answered(current)), changed };
      },
    }),
  ];
}

function refuseUnknownDestinations(
  items: readonly SyncPolicy[],
  destinations: readonly string[],
  acceptLanguage: string | string[] | undefined,
): void {
  const language = languageOf(typeof acceptLanguage === 'string' ? acceptLanguage : undefined);
  const known = destinations.join(', ');
  const words = { vi: `không có hệ thống nhận này; có: ${known}`, en: `no such destination; there are: ${known}` };
  const violations = items.flatMap(({ destination }, i) =>
    destinations.includes(destination) ? [] : [{ path: `$.items[${i}].destination`, message: words[language] }],
  );
  if (violations.length > 0) throw new GatewayError('validation', { violations });
}

function refuseForeignTag(ifMatch: string | undefined, former: PolicyVersion | null): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return;
  if (ifMatch.trim() !== `"${former?.version ?? 0}"`)
    fail('precondition-failed', {
      detail: 'The policies have changed since they were read.',
      detailVi: 'Chế độ đồng bộ đã được thay đổi từ khi được đọc.',
    });
}
