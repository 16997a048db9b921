/** @module What callers read of runs and differences. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { rfc3339 } from '../http/answer.ts';
import { backDatedAmong } from './back-dated.ts';
import type { Side } from './compare.ts';
import { DIFFERENCE_STATES, type Difference } from './difference-store.ts';
import { DIFFERENCE_KINDS, KINDS, OWNERS, SEVERITIES } from './kinds.ts';
import type { ListedDifference } from './read-store.ts';
import { EXTENTS, type Run, WAYS } from './store.ts';

const words = z.object({ vi: z.string(), en: z.string() });
const side = z
  .looseObject({})
  .nullable()
  .meta({ description: 'What this side shows of it; codes of the portal are the portal’s own' });

export const runAnswer = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  destination: z.string(),
  agencyCode: z.string().nullable(),
  procedureCode: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  repair: z.boolean(),
  dryRun: z.boolean(),
  way: z.enum(WAYS).nullable().meta({ description: 'How the other side is known' }),
  exportId: z.int().nullable().meta({ description: 'The uploaded export that it is known by' }),
  extent: z.enum(EXTENTS),
  compared: z.int(),
  inStep: z.int(),
  moving: z.int().meta({ description: 'Left to the sync, which is delivering them' }),
  unchecked: z.int().meta({
    description:
      'Not judged: at rest in a run of what is active, moved since the export was made, or with an answer of the destination that cannot be read',
  }),
  differences: z.record(z.string(), z.int()),
  states: z.record(z.string(), z.int()),
  progress: z.number(),
  remainingSeconds: z.int().nullable(),
  requestedBy: z.string(),
  requestedAt: z.string(),
  finishedAt: z.string().nullable(),
  error: z.string().nullable(),
});

export const differenceAnswer = z.object({
  id: z.int(),
  kind: z.enum(DIFFERENCE_KINDS),
  title: words,
  severity: z.enum(SEVERITIES),
  owner: z.enum(OWNERS),
  repairable: z.boolean(),
  destination: z.string(),
  dossierCode: z.string(),
  state: z.enum(DIFFERENCE_STATES),
  certainty: z.enum(['seen-once', 'seen-twice']),
  ours: side,
  theirs: side,
  cause: z.string().nullable(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  confirmedAt: z.string().nullable(),
  repairedAt: z.string().nullable(),
  ageMinutes: z.int(),
  repairs: z.int(),
  runId: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decidedReason: z.string().nullable(),
  ignoredUntil: z.string().nullable(),
});

/** In a list: with the agency of the dossier, and whether it waits for somebody's word. */
export const listedAnswer = differenceAnswer.extend({
  agencyCode: z.string().nullable(),
  backDated: z
    .boolean()
    .meta({ description: 'A pause that was recorded late: the portal is told of it only on a person’s word' }),
});

/** Members named `…At` are instants. */
const shown = (found: Side | null) =>
  found === null
    ? null
    : Object.fromEntries(
        Object.entries(found).map(([name, value]) => [
          name,
          typeof value === 'number' && name.endsWith('At') ? rfc3339(value) : value,
        ]),
      );

export function toDifferenceAnswer(row: Difference, now: number): z.input<typeof differenceAnswer> {
  const { title, severity, owner, repair } = KINDS[row.kind];
  return {
    id: row.id,
    kind: row.kind,
    title,
    severity,
    owner,
    repairable: repair !== null,
    destination: row.destination,
    dossierCode: row.dossierCode,
    state: row.state,
    certainty: row.confirmedAt === null ? 'seen-once' : 'seen-twice',
    ours: shown(row.ours),
    theirs: shown(row.theirs),
    cause: row.cause,
    firstSeenAt: rfc3339(row.firstSeenAt),
    lastSeenAt: rfc3339(row.lastSeenAt),
    confirmedAt: rfc3339(row.confirmedAt),
    repairedAt: rfc3339(row.repairedAt),
    ageMinutes: Math.floor(((row.repairedAt ?? now) - row.firstSeenAt) / 60_000),
    repairs: row.repairs,
    runId: row.runId,
    decidedBy: row.decidedBy,
    decidedReason: row.decidedReason,
    ignoredUntil: rfc3339(row.ignoredUntil),
  };
}

export async function toListedAnswers(
  db: Queryable,
  rows: readonly ListedDifference[],
  { calendar }: Pick<Catalogue, 'calendar'>,
  now: number,
): Promise<z.input<typeof listedAnswer>[]> {
  const late = await backDatedAmong(db, rows, calendar);
  return rows.map((row) => ({
    ...toDifferenceAnswer(row, now),
    agencyCode: row.agencyCode,
    backDated: late.has(row),
  }));
}

const DAY = 86_400_000;
const dayNumber = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY;

/** How much of a run is compared, 0–1: of its days, or of the dossiers that it asks about code by code. */
export function progressOf({ state, from, to, position, compared, toAsk }: Run): number {
  if (state === 'done') return 1;
  // Days differ: of those long ago little is still open.
  if (toAsk !== null && toAsk > 0 && position !== null) return Math.min(0.99, compared / toAsk);
  const days = dayNumber(to) - dayNumber(from) + 1;
  const done = position === null ? days : dayNumber(position) - dayNumber(from);
  // The second looks are still to come.
  return Math.min(0.99, Math.round((done / days) * 100) / 100);
}

export function toRunAnswer(
  run: Run,
  counts: readonly { kind: string; state: string; n: number }[],
  now: number,
): z.input<typeof runAnswer> {
  const differences: Record<string, number> = {};
  const states: Record<string, number> = {};
  for (const { kind, state, n } of counts) {
    if (state === 'found') continue;
    differences[kind] = (differences[kind] ?? 0) + n;
    states[state] = (states[state] ?? 0) + n;
  }
  const progress = progressOf(run);
  const elapsed = now - run.requestedAt;
  return {
    id: run.id,
    state: run.state,
    destination: run.destination,
    agencyCode: run.agencyCode,
    procedureCode: run.procedureCode,
    from: run.from,
    to: run.to,
    repair: run.repair,
    dryRun: run.dryRun,
    way: run.way,
    exportId: run.exportId,
    extent: run.extent,
    compared: run.compared,
    inStep: run.inStep,
    moving: run.moving,
    unchecked: run.unchecked,
    differences,
    states,
    progress,
    remainingSeconds:
      run.state === 'running' && progress > 0 ? Math.round((elapsed * (1 - progress)) / progress / 1000) : null,
    requestedBy: run.requestedBy,
    requestedAt: rfc3339(run.requestedAt),
    finishedAt: rfc3339(run.finishedAt),
    error: run.error,
  };
}
