/** @module Misuse flags of a dossier, and the report of pauses of a period with those that are flagged. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import type { MisuseFlag, MisuseKind } from '../deadlines/misuse.ts';
import { EXAMPLE_CODE } from '../dossiers/examples.ts';
import { foldOf } from '../dossiers/folded.ts';
import { rfc3339 } from '../http/answer.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { flagsOf } from './flags.ts';
import { findReported } from './found.ts';
import { pagesOf, periodOf, periodQuery } from './period.ts';
import { pausedWithin, type ReportedDossier, reportedDossiers } from './report-store.ts';
import { FLAG_WORDS } from './words.ts';

export interface FlagRouteDeps {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly destination: string;
}

const words = z.object({ vi: z.string(), en: z.string() });
const flag = z.object({
  kind: z.enum(Object.keys(FLAG_WORDS) as [MisuseKind, ...MisuseKind[]]),
  title: words,
  /** The entry that raised it. */
  seq: z.int(),
  facts: z.looseObject({}),
});

const pausesOfReason = z.object({
  reason: z.string(),
  name: words,
  pauses: z.int(),
  dossiers: z.int(),
  open: z.int(),
  /** Office minutes of pauses that stop the clock, each counted by itself; open ones until now. */
  suspendedWorkingMinutes: z.number(),
  flagged: z.int(),
});

const FLAGGED_AT_MOST = 500;

/** Facts are instants but for reasons, families and the seq of an earlier entry. */
function toFlag({ kind, entryId, facts }: MisuseFlag): z.input<typeof flag> {
  return {
    kind,
    title: FLAG_WORDS[kind],
    seq: Number(entryId),
    facts: Object.fromEntries(
      Object.entries(facts).map(([name, value]) => {
        if (name === 'firstEntryId') return ['firstSeq', Number(value)];
        return [name, typeof value === 'number' ? rfc3339(value) : value];
      }),
    ),
  };
}

export function flagRoutes({ db, catalogue, destination }: FlagRouteDeps): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/v1/dossiers/:code/flags',
      id: 'getDossierFlags',
      tag: 'dossiers',
      summary: { vi: 'Dấu hiệu lạm dụng tạm dừng, gia hạn', en: 'Pauses, endings and apologies that look like misuse' },
      description: {
        vi: 'Chỉ để người có thẩm quyền xem xét: không đổi ngày hẹn, không ngừng đồng bộ.',
        en: 'For people to look at: a flag changes no date and stops no delivery.',
      },
      scope: 'dossiers.read',
      audit: 'read',
      params: z.object({ code: z.string().min(1).max(100) }),
      response: { 200: z.object({ dossierCode: z.string(), items: z.array(flag) }) },
      errors: ['dossier-not-found', 'forbidden-agency'],
      example: { params: { code: EXAMPLE_CODE } },
      handler: async (call) => {
        const dossier = await findReported(
          db,
          destination,
          catalogue().agencies.asOf(call.now),
          call.params.code,
          call.caller,
        );
        call.audited({ dossier: dossier.code });
        return { dossierCode: dossier.code, items: flagsOf(dossier, dossier.entries, catalogue()).map(toFlag) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/reports/pauses',
      id: 'reportPauses',
      tag: 'reports',
      summary: { vi: 'Tạm dừng theo lý do', en: 'Pauses of a period by reason, and those flagged' },
      scope: 'reports.read',
      timeoutSeconds: 60,
      query: periodQuery,
      response: {
        200: z.object({
          from: z.string(),
          to: z.string(),
          agency: z.string().nullable(),
          asOf: z.string(),
          items: z.array(pausesOfReason),
          flagged: z.int(),
          /** The first of them, in the order of registration. */
          flaggedItems: z.array(flag.extend({ dossierCode: z.string(), agencyCode: z.string().nullable() })),
        }),
      },
      errors: ['invalid-parameters'],
      example: { query: { from: '2026-01-01', to: '2026-03-31' } },
      handler: async (call) => {
        const period = periodOf(call.query, call.caller, catalogue().agencies.asOf(call.now));
        const report = new PauseReport(period, catalogue(), call.now);
        for (const ids of pagesOf(await pausedWithin(db, period))) {
          call.signal.throwIfAborted();
          for (const dossier of await reportedDossiers(db, destination, ids)) report.add(dossier);
        }
        const { from, to, agency = null } = call.query;
        return { from, to, agency, asOf: rfc3339(call.now), ...report.answer() };
      },
    }),
  ];
}

interface Sum {
  pauses: number;
  dossiers: Set<number>;
  open: number;
  suspendedWorkingMinutes: number;
  flagged: number;
}

/** Adds up the pauses of a period, dossier by dossier. */
class PauseReport {
  readonly #period: { from: number; until: number };
  readonly #catalogue: Catalogue;
  readonly #now: number;
  readonly #byReason = new Map<string, Sum>();
  readonly #flagged: { dossierCode: string; agencyCode: string | null; flag: MisuseFlag }[] = [];
  #flags = 0;

  constructor(period: { from: number; until: number }, catalogue: Catalogue, now: number) {
    this.#period = period;
    this.#catalogue = catalogue;
    this.#now = now;
  }

  add(dossier: ReportedDossier): void {
    const catalogue = this.#catalogue;
    const calendar = catalogue.calendarOf(dossier.agencyCode);
    const procedure = catalogue.procedureAt(dossier.procedureCode, dossier.receivedAt);
    const flags = Map.groupBy(flagsOf(dossier, dossier.entries, catalogue), ({ entryId }) => entryId);
    for (const { reason, from, to, openedBy } of foldOf(dossier, catalogue).intervals) {
      if (from < this.#period.from || from >= this.#period.until) continue;
      const sum = this.#sumOf(reason);
      sum.pauses += 1;
      sum.dossiers.add(dossier.id);
      if (to === null) sum.open += 1;
      if (catalogue.pauseRule(procedure, reason, from).effect !== 'none')
        sum.suspendedWorkingMinutes += calendar.workingMinutesBetween(from, Math.max(from, to ?? this.#now));
      const raised = flags.get(String(openedBy)) ?? [];
      if (raised.length > 0) sum.flagged += 1;
      this.#flags += raised.length;
      for (const flag of raised)
        if (this.#flagged.length < FLAGGED_AT_MOST)
          this.#flagged.push({ dossierCode: dossier.code, agencyCode: dossier.agencyCode, flag });
    }
  }

  answer() {
    return {
      items: [...this.#byReason].sort().map(([reason, { dossiers, ...sum }]) => ({
        reason,
        name: {
          vi: this.#catalogue.reasonName(reason, this.#now, 'vi'),
          en: this.#catalogue.reasonName(reason, this.#now, 'en'),
        },
        ...sum,
        dossiers: dossiers.size,
      })),
      flagged: this.#flags,
      flaggedItems: this.#flagged.map(({ flag: raised, ...dossier }) => ({ ...dossier, ...toFlag(raised) })),
    };
  }

  #sumOf(reason: string): Sum {
    let sum = this.#byReason.get(reason);
    if (!sum) {
      sum = { pauses: 0, dossiers: new Set(), open: 0, suspendedWorkingMinutes: 0, flagged: 0 };
      this.#byReason.set(reason, sum);
    }
    return sum;
  }
}
