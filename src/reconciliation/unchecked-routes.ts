/** @module What a run did not check, by name: one code at a time, all of a province would take days; some cannot be judged. */
import { z } from 'zod';
import { within } from '../agencies/within.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { EXAMPLE_RUN } from './examples.ts';
import { ACTIVE_FOR } from './run.ts';
import { findRun, type Run } from './store.ts';
import { UNCHECKED_REASONS } from './unchecked-store.ts';

interface Unchecked {
  readonly dossierCode: string;
  readonly reason: (typeof REASONS)[number];
  readonly finishedAt: number | null;
  readonly deliveredAt: number | null;
}

/** At rest in a run of what is active, or what the run itself could not judge. */
const REASONS = ['at-rest', ...UNCHECKED_REASONS] as const;

export function uncheckedRoutes({ db, catalogue }: { db: Queryable; catalogue: () => Catalogue }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/reconciliations/:id/unchecked',
      id: 'listUnchecked',
      tag: 'reconciliation',
      summary: { vi: 'Hồ sơ không được hỏi tới', en: 'What a run of active dossiers did not ask about' },
      description: {
        vi: 'Của lần đối soát extent: active – hồ sơ đã kết thúc và không có gì gửi trong 30 ngày trước đó, theo thứ tự mã. Lần đối soát toàn bộ thì danh sách rỗng.',
        en: 'Of a run with extent active: dossiers that had ended and to which nothing was delivered in the 30 days before, in the order of their codes. Empty for a run of everything.',
      },
      scope: 'reconciliation.read',
      params: z.object({ id: z.uuid() }),
      query: z.object({
        limit: z.coerce.number().int().min(1).max(1000).default(100),
        cursor: z
          .string()
          .regex(/^[A-Za-z0-9.-]{1,60}$/)
          .optional(),
      }),
      response: {
        200: z.object({
          items: z.array(
            z.object({
              dossierCode: z.string(),
              reason: z.enum(REASONS).meta({
                description:
                  'at-rest: it had ended, and nothing was delivered for 30 days; moved: since the export was made; unreadable: what the destination answered about it',
              }),
              finishedAt: z.string().nullable(),
              deliveredAt: z.string().nullable(),
            }),
          ),
        }),
      },
      errors: ['not-found'],
      example: { params: { id: EXAMPLE_RUN } },
      handler: async (call) => {
        const { id } = call.params;
        const run = await findRun(db, id);
        const agencies = catalogue().agencies.asOf(call.now);
        const own = agencies.codesUnder(call.caller.agencies);
        if (run === null)
          fail('not-found', { detail: `No reconciliation ${id}`, detailVi: `Không có lần đối soát ${id}` });
        const scope = run.agencyCode === null ? own : agencies.codesUnder([run.agencyCode]);
        const { limit, cursor = '' } = call.query;
        const items = await uncheckedOf(db, run, { own, scope, after: cursor, limit });
        if (items.length === limit) linkNext(call, items.at(-1)!.dossierCode);
        return {
          items: items.map((one) => ({
            ...one,
            finishedAt: rfc3339(one.finishedAt),
            deliveredAt: rfc3339(one.deliveredAt),
          })),
        };
      },
    }),
  ];
}

async function uncheckedOf(
  db: Queryable,
  { id, destination, procedureCode, from, to, extent, way, requestedAt }: Run,
  page: { own: readonly string[]; scope: readonly string[]; after: string; limit: number },
): Promise<Unchecked[]> {
  const leavesOut = extent === 'active' && way === 'by-code';
  const { rows } = await db.query<Unchecked>(
    `select d.code as "dossierCode", coalesce(u.reason, 'at-rest') as reason, d.finished_at as "finishedAt", s.acked_at as "deliveredAt"
     from dossier d left join sync_state s on s.dossier_id = d.id and s.destination = $1
       left join reconciliation_unchecked u on u.run_id = $10 and u.dossier_code = d.code
     where d.code > $2 and d.superseded_by is null and not d.incomplete and ${within('d.agencies', '$3')} and ${within('d.agencies', '$4')}
       and ($5::text is null or d.procedure_code = $5)
       and coalesce(d.received_at, d.submitted_at) >= ($6 || 'T00:00:00+07:00')::timestamptz
       and coalesce(d.received_at, d.submitted_at) < ($7 || 'T00:00:00+07:00')::timestamptz + interval '1 day'
       and (u.reason is not null or ($11 and d.finished_at is not null and not coalesce(s.acked_at >= to_timestamp($8::float8 / 1000), false) and not coalesce(s.acked_seq < s.head_seq, false)))
     order by d.code limit $9`,
    [
      destination,
      page.after,
      page.own,
      page.scope,
      procedureCode,
      from,
      to,
      requestedAt - ACTIVE_FOR,
      page.limit,
      id,
      leavesOut,
    ],
  );
  return rows;
}
