/** @module Looks at differences again, one dossier at a time, and lets the sync mend what can be mended. */
import type { PortalClient, PortalView } from '../capabilities/portal.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import { isBackDated } from '../deadlines/misuse.ts';
import type { Log } from '../log.ts';
import { resync } from '../sync/store.ts';
import { MINUTE } from '../units.ts';
import type { Adopt } from './adopt.ts';
import { compareRow, compareView, type Finding, type Rules, type ToldRow } from './compare.ts';
import * as differences from './difference-store.ts';
import { findExport, stagedByCode } from './export-store.ts';
import { type Judgement, judge, type Seen } from './judge.ts';
import { KINDS } from './kinds.ts';
import { movedSince, type OurRow, oursByCode } from './ours-store.ts';
import type { Run } from './store.ts';

export interface LookDeps {
  readonly destination: string;
  readonly db: Queryable;
  /** null where the destination cannot be asked: a look then goes by the export that the difference was found in. */
  readonly portal: PortalClient | null;
  readonly rules: () => Rules;
  readonly adopt: Adopt;
  /** Something became due at the destination. */
  readonly wake: () => void;
  readonly settleAfterMs: number;
  readonly now: () => number;
  /** Awaited before each question: the destination's quota. */
  readonly permit: () => Promise<void>;
  /** Of so many dossiers, how many may be mended now: an operator's stop, and so many a minute. They count as mended. */
  readonly mayMend: (wanted: number) => Promise<number>;
  readonly log: Log;
}

const AT_ONCE = 8;
const BATCH = 100;
const REPAIRS_AT_MOST = 3;

/**
 * Looks at every difference whose time has come.
 *
 * @param runOf the run that found a difference: whether it repairs, and what it was found in
 * @returns how many there were
 */
export async function lookAgain(deps: LookDeps, runOf: (runId: string | null) => Promise<Run | null>): Promise<number> {
  const { db, destination, now, settleAfterMs } = deps;
  const claimed = await differences.claimLooks(db, destination, now(), now() + 2 * settleAfterMs + MINUTE, BATCH);
  if (claimed.length === 0) return 0;
  const codes = [...new Set(claimed.map(({ dossierCode }) => dossierCode))];
  const ours = await oursOf(deps, codes);
  const looks =
    deps.portal === null
      ? await looksAtExports(deps, claimed, ours, runOf)
      : await looksAt(deps, deps.portal, codes, ours);
  // What was appended to while the other side was asked shows nothing yet.
  const after = await oursOf(deps, codes);
  const backDated = await backDatedOf(
    deps,
    [...ours.values()].map(({ id }) => id),
  );
  const judged: Judgement[] = [];
  for (const difference of claimed) {
    const { dossierCode: code, runId } = difference;
    const row = ours.get(code) ?? null;
    const look = looks.get(code);
    if (look === undefined) {
      judged.push({ ...difference, lookAt: now() + settleAfterMs, mend: false });
      continue;
    }
    const seen: Seen = {
      finding: look.findings.find(({ kind }) => kind === difference.kind) ?? null,
      headSeq: row?.headSeq ?? null,
      isMoving: look.hasMoved || (row?.isMoving ?? false) || after.get(code)?.headSeq !== row?.headSeq,
      cause: row?.blockedReason ?? row?.lastError ?? null,
      isBlocked: (row?.blockedReason ?? null) !== null,
      // Where nothing can be sent, what differs is for whoever writes there.
      isObserved: deps.portal === null || (row?.isObserved ?? false),
      needsWord: row !== null && backDated.has(row.id) && difference.kind === 'pause-lost',
    };
    const run = await runOf(runId);
    const repair = run?.repair === true && !run.dryRun && run.state !== 'cancelled';
    judged.push(judge(difference, seen, { now: now(), settleAfterMs, repair, repairsAtMost: REPAIRS_AT_MOST }));
  }
  const toMend = await withinBudget(deps, claimed, judged);
  // What may not be mended yet stays as it is, and is looked at once more.
  const held = new Map(
    claimed
      .filter(({ id }) => judged.some((one) => one.id === id && one.mend && !toMend.has(id)))
      .map((one) => [one.id, one]),
  );
  const kept = judged.map((one) => {
    const before = held.get(one.id);
    return before === undefined ? one : { ...before, headSeq: one.headSeq, lookAt: now() + settleAfterMs, mend: false };
  });
  await differences.writeLooks(db, kept, now());
  await mend(
    deps,
    claimed.filter(({ id }) => toMend.has(id)),
  );
  return claimed.length;
}

/** The differences to mend now: a dossier is sent again once, whatever number of differences it has. */
async function withinBudget(
  { mayMend }: LookDeps,
  claimed: readonly differences.Difference[],
  judged: readonly Judgement[],
): Promise<ReadonlySet<number>> {
  const wanted = new Set(judged.filter((one) => one.mend).map(({ id }) => id));
  if (wanted.size === 0) return wanted;
  const dossiers = [...new Set(claimed.filter(({ id }) => wanted.has(id)).map(({ dossierCode }) => dossierCode))];
  const allowed = new Set(dossiers.slice(0, await mayMend(dossiers.length)));
  return new Set(
    claimed.filter(({ id, dossierCode }) => wanted.has(id) && allowed.has(dossierCode)).map(({ id }) => id),
  );
}

const oursOf = async ({ db, destination }: LookDeps, codes: readonly string[]): Promise<Map<string, OurRow>> =>
  new Map((await oursByCode(db, destination, codes)).map((row) => [row.code, row]));

/** The dossiers with a pause that was recorded late: one of these is written again on a person's word only. */
async function backDatedOf({ db, rules }: LookDeps, ids: readonly number[]): Promise<Set<number>> {
  const { calendar } = rules().catalogue;
  const pauses = await differences.lateReportedPauses(db, ids);
  return new Set(pauses.filter((pause) => isBackDated(pause, calendar)).map(({ dossierId }) => dossierId));
}

/** What a look shows of a dossier now. */
interface Look {
  readonly findings: readonly Finding[];
  /** What it shows was so before the dossier moved. */
  readonly hasMoved: boolean;
}

/** What the portal shows of each; absent where it could not be asked. */
async function looksAt(
  deps: LookDeps,
  portal: PortalClient,
  codes: readonly string[],
  ours: ReadonlyMap<string, OurRow>,
): Promise<Map<string, Look>> {
  const looks = new Map<string, Look>();
  for (let i = 0; i < codes.length; i += AT_ONCE)
    await Promise.all(
      codes.slice(i, i + AT_ONCE).map(async (code) => {
        const view = await read(deps, portal, code);
        if (view === 'unreadable') return;
        looks.set(code, { findings: findingsOf(ours.get(code) ?? null, view, deps.rules()), hasMoved: false });
      }),
    );
  return looks;
}

/** The newest export that tells of each; absent where it has had its time. */
async function looksAtExports(
  { db, destination, rules, settleAfterMs }: LookDeps,
  claimed: readonly differences.Difference[],
  ours: ReadonlyMap<string, OurRow>,
  runOf: (runId: string | null) => Promise<Run | null>,
): Promise<Map<string, Look>> {
  const looks = new Map<string, Look>();
  for (const [runId, found] of Map.groupBy(claimed, (one) => one.runId)) {
    const { exportId = null } = (await runOf(runId)) ?? {};
    const file = exportId === null ? null : await findExport(db, exportId);
    if (file === null) continue;
    const codes = found.map(({ dossierCode }) => dossierCode);
    const told = new Map((await stagedByCode(db, file.id, codes)).map((row) => [row.code, row]));
    const ids = codes.flatMap((code) => ours.get(code)?.id ?? []);
    const moved = await movedSince(db, destination, ids, file.asOf - settleAfterMs);
    for (const code of codes) {
      const row = ours.get(code) ?? null;
      const theirs = told.get(code) ?? null;
      looks.set(code, { findings: glanceOf(row, theirs, rules()), hasMoved: row !== null && moved.has(row.id) });
    }
  }
  return looks;
}

/** What differs between our side and what is told of a dossier at a glance; null: it is not told of at all. */
export function glanceOf(row: OurRow | null, theirs: ToldRow | null, rules: Rules): Finding[] {
  if (row === null)
    return theirs === null ? [] : [{ kind: 'missing-here', ours: null, theirs: { status: theirs.statusCode } }];
  if (row.isHeld) return [];
  if (theirs === null) return [{ kind: 'missing-at-portal', ours: { status: row.status }, theirs: null }];
  return compareRow(row, theirs, rules);
}

/** Each dossier is sent again once, whatever number of differences it has. */
async function mend(
  { db, destination, adopt, wake, now, log }: LookDeps,
  toMend: readonly differences.Difference[],
): Promise<void> {
  const resynced = new Set<number>();
  for (const { kind, dossierCode, dossierId } of toMend) {
    if (KINDS[kind].repair === 'adopt') {
      await adopt(dossierCode).catch((error: unknown) => {
        // The portal could not be asked: the next look tries again, and nobody else's repair waits for it.
        if (!(error instanceof UpstreamError)) throw error;
        log.debug({ destination, kind: error.kind }, 'a dossier could not be taken over; it is tried again');
      });
      continue;
    }
    if (dossierId === null || resynced.has(dossierId)) continue;
    resynced.add(dossierId);
    await resync(db, destination, dossierId, 1, now());
  }
  if (resynced.size === 0) return;
  log.info({ destination, dossiers: resynced.size }, 'differences are being repaired: what is missing is sent again');
  wake();
}

async function read(
  { permit, log, destination }: LookDeps,
  portal: PortalClient,
  code: string,
): Promise<PortalView | null | 'unreadable'> {
  await permit();
  try {
    return await portal.read(code);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    log.debug({ destination, kind: error.kind }, 'a difference could not be looked at; it is tried again');
    return 'unreadable';
  }
}

/** Everything that differs between the two sides of one dossier. */
export function findingsOf(row: OurRow | null, view: PortalView | null, rules: Rules): Finding[] {
  if (row === null)
    return view === null ? [] : [{ kind: 'missing-here', ours: null, theirs: { status: view.statusCode } }];
  if (row.isHeld) return [];
  if (view === null) return [{ kind: 'missing-at-portal', ours: { status: row.status }, theirs: null }];
  return compareView(row, view, rules);
}
