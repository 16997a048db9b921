/** @module Why dossiers are late: one with the events that prove it, and totals by agency and period. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import type { LateCause } from '../deadlines/attribution.ts';
import { EXAMPLE_CODE } from '../dossiers/examples.ts';
import { rfc3339 } from '../http/answer.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { Profile } from '../sync/profile.ts';
import { findReported } from './found.ts';
import { type Lateness, latenessOf } from './late.ts';
import { pagesOf, periodOf, periodQuery } from './period.ts';
import { perhapsLateWithin, type ReportedDossier, readAttempts, reportedDossiers } from './report-store.ts';
import { CAUSE_WORDS } from './words.ts';

export interface LateRouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  /** The destination whose verdict and outages count. */
  readonly destination: string;
  readonly profile: () => Profile;
}

const CAUSES = Object.keys(CAUSE_WORDS) as [LateCause, ...LateCause[]];
const cause = z.enum(CAUSES);
const words = z.object({ vi: z.string(), en: z.string() });

const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('entry'),
    seq: z.int(),
    type: z.string(),
    status: z.string().nullable(),
    pauseReason: z.string().nullable(),
    source: z.string(),
    occurredAt: z.string(),
    recordedAt: z.string().nullable(),
  }),
  z.object({
    kind: z.literal('outage'),
    destination: z.string(),
    from: z.string(),
    to: z.string(),
    failedAttempts: z.int(),
  }),
]);

const DOSSIERS_AT_MOST = 500;

export function lateRoutes({ db, catalogue, destination, profile }: LateRouteDeps): Route[] {
  const judged = async (
    dossiers: readonly ReportedDossier[],
    now: number,
  ): Promise<{ dossier: ReportedDossier; lateness: Lateness }[]> => {
    const attempts = await readAttempts(
      db,
      destination,
      dossiers.map(({ id }) => id),
    );
    const context = { catalogue: catalogue(), profile: profile(), now };
    return dossiers.map((dossier) => ({
      dossier,
      lateness: latenessOf(dossier, dossier.entries, attempts.get(dossier.id) ?? [], context),
    }));
  };

  /** What proves a cause, in full. */
  const proofOf = (
    { facts, entries }: ReportedDossier,
    { attribution, outages }: Lateness,
  ): z.input<typeof evidence>[] =>
    (attribution?.evidence ?? []).flatMap((id): z.input<typeof evidence>[] => {
      const outage = outages.find((stretch) => stretch.id === id);
      if (outage) {
        const { from, to, attempts: failedAttempts } = outage;
        return [{ kind: 'outage', destination, from: rfc3339(from), to: rfc3339(to), failedAttempts }];
      }
      const fact = facts.find(({ n }) => n === Number(id));
      if (!fact) return [];
      return [
        {
          kind: 'entry',
          seq: fact.n,
          type: fact.k,
          status: fact.st ?? null,
          pauseReason: fact.r ?? null,
          source: fact.s,
          occurredAt: rfc3339(fact.t),
          recordedAt: rfc3339(entries.find(({ seq }) => seq === fact.n)?.recordedAt ?? null),
        },
      ];
    });

  return [
    defineRoute({
      method: 'GET',
      path: '/v1/dossiers/:code/late-cause',
      id: 'getLateCause',
      tag: 'dossiers',
      summary: { vi: 'Nguyên nhân chậm, kèm bằng chứng', en: 'Why the dossier is late, with what proves it' },
      scope: 'dossiers.read',
      audit: 'read',
      params: z.object({ code: z.string().min(1).max(100) }),
      response: {
        200: z.object({
          dossierCode: z.string(),
          asOf: z.string(),
          appointmentAt: z.string().nullable(),
          /** The end, or the moment at which an open dossier is judged. */
          endAt: z.string(),
          /** Null: neither the law nor the portal calls it late. */
          cause: cause.nullable(),
          title: words.nullable(),
          /** 0 when only the portal calls it late. */
          overdueWorkingMinutes: z.number(),
          causeWorkingMinutes: z.number(),
          /** On time by law, late by the portal's formula with everything sent. */
          portalFormula: z.boolean(),
          evidence: z.array(evidence),
        }),
      },
      errors: ['dossier-not-found', 'forbidden-agency'],
      example: { params: { code: EXAMPLE_CODE } },
      handler: async (call) => {
        const found = await findReported(
          db,
          destination,
          catalogue().agencies.asOf(call.now),
          call.params.code,
          call.caller,
        );
        call.audited({ dossier: found.code });
        const [{ dossier, lateness } = { dossier: found, lateness: null }] = await judged([found], call.now);
        const { attribution = null } = lateness ?? {};
        return {
          dossierCode: dossier.code,
          asOf: rfc3339(call.now),
          appointmentAt: rfc3339(dossier.appointmentAt),
          endAt: rfc3339(lateness?.endAt ?? call.now),
          cause: attribution?.cause ?? null,
          title: attribution ? CAUSE_WORDS[attribution.cause] : null,
          overdueWorkingMinutes: attribution?.overdueMinutes ?? 0,
          causeWorkingMinutes: attribution?.causeMinutes ?? 0,
          portalFormula: lateness?.portalFormula ?? false,
          evidence: lateness ? proofOf(dossier, lateness) : [],
        };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/reports/late-causes',
      id: 'reportLateCauses',
      tag: 'reports',
      summary: { vi: 'Nguyên nhân chậm theo cơ quan', en: 'Late dossiers due in a period, by agency and cause' },
      scope: 'reports.read',
      timeoutSeconds: 60,
      query: periodQuery,
      response: {
        200: z.object({
          from: z.string(),
          to: z.string(),
          agency: z.string().nullable(),
          asOf: z.string(),
          late: z.int(),
          byCause: z.array(z.object({ cause, title: words, late: z.int() })),
          items: z.array(
            z.object({ agencyCode: z.string().nullable(), late: z.int(), byCause: z.record(cause, z.int()) }),
          ),
          /** The first of them, in the order of registration. */
          dossiers: z.array(
            z.object({
              dossierCode: z.string(),
              agencyCode: z.string().nullable(),
              cause,
              overdueWorkingMinutes: z.number(),
            }),
          ),
        }),
      },
      errors: ['invalid-parameters'],
      example: { query: { from: '2026-01-01', to: '2026-03-31' } },
      handler: async (call) => {
        const agencies = catalogue().agencies.asOf(call.now);
        const period = periodOf(call.query, call.caller, agencies);
        const found: {
          dossierCode: string;
          agencyCode: string | null;
          cause: LateCause;
          overdueWorkingMinutes: number;
        }[] = [];
        for (const ids of pagesOf(await perhapsLateWithin(db, destination, period, call.now))) {
          call.signal.throwIfAborted();
          for (const { dossier, lateness } of await judged(await reportedDossiers(db, destination, ids), call.now)) {
            const { attribution } = lateness;
            if (attribution)
              found.push({
                dossierCode: dossier.code,
                agencyCode: dossier.agencyCode,
                cause: attribution.cause,
                overdueWorkingMinutes: attribution.overdueMinutes,
              });
          }
        }
        const { from, to, agency = null } = call.query;
        const totals = countsOf(found);
        const byAgency = Map.groupBy(found, ({ agencyCode }) => agencyCode && agencies.currentCode(agencyCode));
        return {
          from,
          to,
          agency,
          asOf: rfc3339(call.now),
          late: found.length,
          byCause: CAUSES.map((name) => ({ cause: name, title: CAUSE_WORDS[name], late: totals[name] })),
          items: [...byAgency]
            .sort(([a], [b]) => (a ?? '').localeCompare(b ?? ''))
            .map(([agencyCode, late]) => ({ agencyCode, late: late.length, byCause: countsOf(late) })),
          dossiers: found.slice(0, DOSSIERS_AT_MOST),
        };
      },
    }),
  ];
}

/** How many of each cause; 0 where there is none. */
function countsOf(late: readonly { cause: LateCause }[]): Record<LateCause, number> {
  const counts: Record<LateCause, number> = {
    'sync-lag': 0,
    'upstream-outage': 0,
    'waiting-for-citizen': 0,
    'other-agency': 0,
    officer: 0,
  };
  for (const { cause: name } of late) counts[name] += 1;
  return counts;
}
