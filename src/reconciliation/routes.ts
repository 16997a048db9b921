/** @module Reconciliation for operators: compare both sides of a period, follow a run, cancel it, read what differs. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { agencyCode } from '../dossiers/shape.ts';
import { fail } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { listedAnswer, runAnswer, toListedAnswers, toRunAnswer } from './answers.ts';
import { DIFFERENCE_STATES } from './difference-store.ts';
import { EXAMPLE_RUN } from './examples.ts';
import { findExport, type PortalExport } from './export-store.ts';
import { DIFFERENCE_KINDS } from './kinds.ts';
import { countByKind, listDifferences } from './read-store.ts';
import { EXTENTS, endRun, insertRun, listRuns, type Run, type RunScope } from './store.ts';
import { mayRead, visibleRun } from './visible.ts';

export interface ReconciliationRouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly destinations: () => readonly { readonly name: string }[];
}

const date = z.iso.date();
const LONGEST_DAYS = 3_700;
const DAY = 86_400_000;

const request = z
  .strictObject({
    destination: z.string().max(60).default('national-portal'),
    agencyCode: agencyCode.optional(),
    procedureCode: z.string().max(60).optional(),
    from: date.optional().meta({ description: 'Date of receipt, included; of an export where it begins, unless told' }),
    to: date.optional().meta({ description: 'Date of receipt, included; of an export where it ends, unless told' }),
    exportId: z
      .int()
      .positive()
      .optional()
      .meta({ description: 'An uploaded export by which the other side is known' }),
    extent: z
      .enum(EXTENTS)
      .default('all')
      .meta({ description: 'active: asked code by code, only what is open or was delivered in the last 30 days' }),
    repair: z.boolean().default(false),
    dryRun: z.boolean().default(false),
  })
  .refine(({ from, to, exportId }) => exportId !== undefined || (from !== undefined && to !== undefined), {
    path: ['from'],
    message: 'nêu từ ngày, đến ngày / name from and to',
  })
  .refine(({ from = '', to = '9' }) => from <= to, {
    path: ['to'],
    message: 'đến ngày phải sau từ ngày / to comes after from',
  })
  .refine(({ from = '', to = '' }) => !(Date.parse(to) - Date.parse(from) > LONGEST_DAYS * DAY), {
    path: ['to'],
    message: `nhiều nhất ${LONGEST_DAYS} ngày / at most ${LONGEST_DAYS} days`,
  });

const params = z.object({ id: z.uuid() });

export function reconciliationRoutes({ db, catalogue, destinations }: ReconciliationRouteDeps): Route[] {
  /** Stopping a run takes all that it looks at away from others: only who answers for the whole of it may. */
  const mayStop = ({ agencyCode: scope }: Run, own: readonly string[], now: number): boolean => {
    const agencies = catalogue().agencies.asOf(now);
    const all = scope === null ? catalogue().data.agencies.map(({ code }) => code) : [scope];
    return all.every((code) => agencies.covers(own, [code]));
  };
  const find = (id: string, own: readonly string[], now: number): Promise<Run> =>
    visibleRun(db, catalogue().agencies.asOf(now), id, own);
  /** A run with the caller's share of what it found. */
  const answerOf = async (run: Run, { caller, now }: { caller: Pick<Caller, 'agencies'>; now: number }) => {
    const own = catalogue().agencies.asOf(now).codesUnder(caller.agencies);
    return toRunAnswer(run, await countByKind(db, run.id, own), now);
  };
  /** Beyond what an export covers it says nothing: what it lacks there is not missing. */
  const coversAll = (file: PortalExport, asked: RunScope, now: number): boolean =>
    file.from <= asked.from &&
    asked.to <= file.to &&
    (file.procedureCode === null || file.procedureCode === asked.procedureCode) &&
    catalogue().agencies.asOf(now).covers([file.agencyCode], [asked.agencyCode!]);
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/reconciliations',
      id: 'startReconciliation',
      tag: 'reconciliation',
      summary: { vi: 'Đối soát một khoảng thời gian', en: 'Compare both sides of a period' },
      description: {
        vi: 'So hồ sơ tiếp nhận trong khoảng thời gian với những gì hệ thống nhận đang hiển thị; sai lệch chỉ được tính khi còn thấy ở lần xem thứ hai. repair: đồng bộ lại những gì khắc phục được; dryRun: chỉ báo cáo.',
        en: 'Compares the dossiers received in a period with what the destination shows; a difference counts only if a second look still finds it. repair sends again what can be mended; dryRun only reports.',
      },
      scope: 'reconciliation.operate',
      audit: 'write',
      body: request,
      response: { 202: z.object({ id: z.string() }) },
      errors: ['not-found', 'forbidden-agency'],
      example: {
        body: { destination: 'national-portal', from: '2026-01-01', to: '2026-01-31', repair: true, dryRun: true },
      },
      handler: async (call) => {
        const { destination, procedureCode, exportId = null, extent, repair, dryRun } = call.body;
        if (!destinations().some(({ name }) => name === destination))
          fail('not-found', {
            detail: `No destination ${destination}`,
            detailVi: `Không có hệ thống nhận ${destination}`,
          });
        const own = call.caller.agencies;
        const file = exportId === null ? null : await findExport(db, exportId);
        if (exportId !== null && file?.destination !== destination)
          fail('not-found', { detail: `No export ${exportId}`, detailVi: `Không có danh sách số ${exportId}` });
        const { from = file?.from, to = file?.to, agencyCode: agency = file?.agencyCode } = call.body;
        if (agency !== undefined && catalogue().agency(agency) === null)
          fail('validation', {
            violations: [
              { path: '$.agencyCode', message: `danh mục không có cơ quan ${agency} / no catalogue has this agency` },
            ],
          });
        if (agency !== undefined && !catalogue().agencies.asOf(call.now).covers(own, [agency]))
          fail('forbidden-agency');
        // What nobody names is all that the caller answers for, which must be one agency with what counts for it.
        const scope = agency ?? (own.length === 1 ? own[0]! : null);
        if (scope === null)
          fail('validation', {
            violations: [
              { path: '$.agencyCode', message: 'nêu một cơ quan trong số của mình / name one of your agencies' },
            ],
          });
        const asked = {
          destination,
          agencyCode: scope,
          procedureCode: procedureCode ?? file?.procedureCode ?? null,
          from: from!,
          to: to!,
        };
        if (file !== null && !coversAll(file, asked, call.now))
          fail('validation', {
            violations: [{ path: '$.exportId', message: 'danh sách không phủ hết phạm vi / the export covers less' }],
          });
        const requestedBy = call.access.officer ?? call.caller.clientId;
        const id = await insertRun(db, asked, { repair, dryRun, exportId, extent, requestedBy, now: call.now });
        call.audited({ details: { run: id, from, to, exportId, repair, dryRun } });
        return { id };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/reconciliations',
      id: 'listReconciliations',
      tag: 'reconciliation',
      summary: { vi: 'Các lần đối soát, mới nhất trước', en: 'Reconciliations, newest first' },
      scope: 'reconciliation.read',
      query: z.object({
        limit: z.coerce.number().int().min(1).max(200).default(20),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(runAnswer) }) },
      errors: [],
      example: { query: { limit: 5 } },
      handler: async (call) => {
        const { limit, cursor } = call.query;
        const runs = await listRuns(db, cursor === undefined ? null : Number(cursor), limit);
        if (runs.length === limit) linkNext(call, runs.at(-1)!.requestedAt);
        const agencies = catalogue().agencies.asOf(call.now);
        const mine = runs.filter((run) => mayRead(run, call.caller.agencies, agencies));
        return { items: await Promise.all(mine.map((run) => answerOf(run, call))) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/reconciliations/:id',
      id: 'getReconciliation',
      tag: 'reconciliation',
      summary: { vi: 'Một lần đối soát', en: 'A reconciliation: what was compared, what differs, how far it is' },
      scope: 'reconciliation.read',
      params,
      response: { 200: runAnswer },
      errors: ['not-found'],
      example: { params: { id: EXAMPLE_RUN } },
      handler: async (call) => {
        const run = await find(call.params.id, call.caller.agencies, call.now);
        return answerOf(run, call);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/reconciliations/:id/differences',
      id: 'listReconciliationDifferences',
      tag: 'reconciliation',
      summary: { vi: 'Sai lệch của một lần đối soát', en: 'What a reconciliation found' },
      scope: 'reconciliation.read',
      params,
      query: z.object({
        kind: z.enum(DIFFERENCE_KINDS).optional(),
        state: z.enum(DIFFERENCE_STATES).optional(),
        dossier: z.string().max(60).optional(),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(listedAnswer) }) },
      errors: ['not-found'],
      example: { params: { id: EXAMPLE_RUN }, query: { limit: 20 } },
      handler: async (call) => {
        const run = await find(call.params.id, call.caller.agencies, call.now);
        const { kind, state, dossier, limit, cursor } = call.query;
        const items = await listDifferences(db, {
          own: catalogue().agencies.asOf(call.now).codesUnder(call.caller.agencies),
          runId: run.id,
          kinds: kind === undefined ? null : [kind],
          state: state ?? null,
          dossierCode: dossier ?? null,
          agency: null,
          seenBefore: null,
          after: Number(cursor ?? 0),
          limit,
        });
        if (items.length === limit) linkNext(call, items.at(-1)!.id);
        return { items: await toListedAnswers(db, items, catalogue(), call.now) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/reconciliations/:id/cancel',
      id: 'cancelReconciliation',
      tag: 'reconciliation',
      summary: { vi: 'Dừng một lần đối soát', en: 'Stop a reconciliation; what it found stays' },
      scope: 'reconciliation.operate',
      audit: 'write',
      params,
      body: z.strictObject({ reason: z.string().min(3).max(1000) }),
      response: { 200: runAnswer },
      errors: ['not-found', 'forbidden-agency'],
      example: { params: { id: EXAMPLE_RUN }, body: { reason: 'Cổng đang bảo trì' } },
      handler: async (call) => {
        const found = await find(call.params.id, call.caller.agencies, call.now);
        const { id } = found;
        if (!mayStop(found, call.caller.agencies, call.now)) fail('forbidden-agency');
        call.audited({ details: { run: id, reason: call.body.reason } });
        // One that has ended is left as it is: its answer says so.
        await endRun(db, id, 'cancelled', call.now, call.body.reason);
        const run = await find(id, call.caller.agencies, call.now);
        return answerOf(run, call);
      },
    }),
  ];
}
