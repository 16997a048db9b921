/** @module A reconciliation report put together, as an answer. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { rfc3339 } from '../http/answer.ts';
import { DIFFERENCE_KINDS, KINDS, OWNERS } from '../reconciliation/kinds.ts';
import { readSums } from '../reconciliation/sums-store.ts';
import { SILENCES, silentAt } from '../sync/silent-store.ts';
import { standingOf } from './difference-rows-store.ts';
import {
  AGES,
  BREAKDOWNS,
  type Breakdown,
  figuresOf,
  type Group,
  type Pauses,
  pausesOf,
  type Standing,
} from './reconciliation.ts';
import { pausedDossiers, type RunSums, type Subject, tallyDifferences } from './reconciliation-store.ts';

const words = z.object({ vi: z.string(), en: z.string() });
const counts = {
  openBefore: z.int().meta({ description: 'Open when the period began; 0 of a run' }),
  found: z.int().meta({ description: 'First seen in the period, or seen by the run' }),
  repaired: z.int().meta({ description: 'Mended in the period' }),
  closed: z.int().meta({ description: 'Closed with their incidents in the period' }),
  open: z.int().meta({
    description: 'Open at the end of the period, or now: openBefore + found − repaired − closed',
  }),
  evidence: z.int().meta({ description: 'Of the open ones: what could not be mended and is a case for people' }),
  ignored: z.int(),
};
const group = z.object({
  key: z.string().nullable().meta({ description: 'Code of the agency or procedure; null where it is not known' }),
  name: z.string().nullable(),
  compared: z.int().nullable().meta({
    description:
      'Dossiers that were compared: of an agency those whose agencyCode it is, of procedures only for who answers for all that was compared; null: not kept, or not for the caller',
  }),
  inStep: z.int().nullable(),
  moving: z.int().nullable(),
  ...counts,
  pauses: z.int().meta({ description: 'Pauses that took effect' }),
  pausesCarried: z
    .int()
    .meta({ description: 'Those that stand at the destination: taken there, and not found missing since' }),
  lateToOnTime: z.int().meta({
    description:
      'Dossiers on time that the portal would have called late had it been told of no pause and of no later appointment: put right there',
  }),
  onTimeToLate: z
    .int()
    .meta({ description: 'Late dossiers that the portal’s formula would have called on time: put right there' }),
  notPutRight: z.int().meta({
    description: 'Of either, where what puts the verdict right does not stand at the portal, or not yet: should be 0',
  }),
  lateByFormula: z.int().meta({ description: 'On time, and late by the portal’s formula whatever is sent' }),
});

export const reconciliationReport = z.object({
  from: z.string(),
  to: z.string(),
  asOf: z.string(),
  destination: z.string(),
  by: z.enum(BREAKDOWNS),
  runs: z
    .int()
    .meta({ description: 'Reconciliations of the period; where an agency is asked for, those of that agency alone' }),
  compared: z.int().meta({ description: 'Dossiers that they compared, counted by each' }),
  inStep: z.int(),
  moving: z.int(),
  unchecked: z.int(),
  silent: z.int().meta({
    description: 'Dossiers with something accepted that is neither delivered nor named to anybody: must be 0',
  }),
  total: group.omit({ key: true, name: true, compared: true, inStep: true, moving: true }),
  kinds: z.array(z.object({ kind: z.enum(DIFFERENCE_KINDS), title: words, owner: z.enum(OWNERS), ...counts })),
  open: z.array(
    z.object({
      owner: z.enum(OWNERS),
      byAge: z.array(z.object({ upToDays: z.int().nullable(), count: z.int() })),
    }),
  ),
  groups: z.array(group),
});
export type ReconciliationReport = z.input<typeof reconciliationReport>;

export interface ReportOrder {
  readonly subject: Subject;
  /** Dates, both included, as they were asked for. */
  readonly from: string;
  readonly to: string;
  readonly by: Breakdown;
  readonly sums: RunSums;
  /** Whether all that was compared counts for the caller. */
  readonly seesAll: boolean;
  /** Whether the destination takes calls now. */
  readonly isOpen: boolean;
  /** Codes of the agencies that count for the caller. */
  readonly own: readonly string[];
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Of a dossier that went while the report was made. */
const NOT_THERE: Standing = { isBehind: true, openKinds: [] };

export async function reportOf(db: Queryable, catalogue: Catalogue, order: ReportOrder): Promise<ReconciliationReport> {
  const { subject, from, to, by, sums, seesAll, isOpen, own, now, signal } = order;
  const tallies = await tallyDifferences(db, subject, own, by, now);
  const pauses = new Map<string | null, Pauses>();
  for await (const page of pausedDossiers(db, subject, own, by)) {
    signal.throwIfAborted();
    const ids = page.map(({ id }) => id);
    const standing = await standingOf(db, subject.destination, ids);
    for (const dossier of page) {
      const one = pausesOf(dossier, standing.get(dossier.id) ?? NOT_THERE, catalogue, now);
      const sum = pauses.get(dossier.key);
      if (sum) for (const name of Object.keys(one) as (keyof Pauses)[]) sum[name] += one[name];
      else pauses.set(dossier.key, one);
    }
  }
  const { counts: silences } = await silentAt(db, subject.destination, { now, isOpen, own, limit: SILENCES.length });
  const silent = Object.values(silences).reduce((sum, n) => sum + n, 0);
  const isTold = by === 'receiving' || (by === 'procedure' && seesAll);
  const compared = isTold ? await readSums(db, subject, by, own) : null;
  // A run of before these were kept has none.
  const kept = compared?.size === 0 ? null : compared;
  const { total, kinds, open, groups } = figuresOf(tallies, pauses, kept);
  return {
    from,
    to,
    asOf: rfc3339(now),
    destination: subject.destination,
    by,
    ...sums,
    silent,
    total: shown(total),
    kinds: kinds.map((one) => ({ ...one, title: KINDS[one.kind].title, owner: KINDS[one.kind].owner })),
    open: open.map(({ owner, byAge }) => ({
      owner,
      byAge: AGES.map((upToDays, age) => ({ upToDays, count: byAge[age]! })),
    })),
    groups: groups.map((one) => ({
      key: one.key,
      name: nameOf(catalogue, by, one.key, now),
      compared: one.sums?.compared ?? null,
      inStep: one.sums?.inStep ?? null,
      moving: one.sums?.moving ?? null,
      ...shown(one),
    })),
  };
}

const shown = ({ told, carried, key: _, sums: __, ...rest }: Group) => ({
  ...rest,
  pauses: told,
  pausesCarried: carried,
});

function nameOf(catalogue: Catalogue, by: Breakdown, key: string | null, now: number): string | null {
  if (key === null) return null;
  return (by === 'procedure' ? catalogue.procedureAt(key, now)?.name : catalogue.agency(key)?.name) ?? null;
}
