/** @module Looks at differences again, one dossier at a time, and lets the sync mend what can be mended. */
import type { PortalClient, PortalView } from '../capabilities/portal.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import { isBackDated } from '../deadlines/misuse.ts';
import type { Log } from '../log.ts';
import { resync } from '../sync/store.ts';
import { MINUTE } from '../units.ts';
import type { Adopt } from './adopt.ts';
import { compareView, type Finding, type Rules } from './compare.ts';
import * as differences from './difference-store.ts';
import { type Judgement, judge, type Seen } from './judge.ts';
import { KINDS } from './kinds.ts';
import * as store from './store.ts';

export interface LookDeps {
  readonly destination: string;
  readonly db: Queryable;
  readonly portal: PortalClient;
  readonly rules: () => Rules;
  readonly adopt: Adopt;
  /** Something became due at the destination. */
  readonly wake: () => void;
  readonly settleAfterMs: number;
  readonly now: () => number;
  readonly log: Log;
}

const AT_ONCE = 8;
const BATCH = 100;
const REPAIRS_AT_MOST = 3;

/**
 * Looks at every difference whose time has come.
 *
 * @param repairs whether what a run found is to be mended
 * @returns how many there were
 */
export async function lookAgain(deps: LookDeps, repairs: (runId: string | null) => Promise<boolean>): Promise<number> {
  const { db, destination, now, settleAfterMs } = deps;
  const claimed = await differences.claimLooks(db, destination, now(), now() + 2 * settleAfterMs + MINUTE, BATCH);
  if (claimed.length === 0) return 0;
  const codes = [...new Set(claimed.map(({ dossierCode }) => dossierCode))];
  const ours = await oursOf(deps, codes);
  const views = await readAll(deps, codes);
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
    const view = views.get(code);
    if (view === undefined) {
      judged.push({ ...difference, lookAt: now() + settleAfterMs, mend: false });
      continue;
    }
    const findings = findingsOf(row, view, deps.rules());
    const seen: Seen = {
      finding: findings.find(({ kind }) => kind === difference.kind) ?? null,
      headSeq: row?.headSeq ?? null,
      isMoving: (row?.isMoving ?? false) || after.get(code)?.headSeq !== row?.headSeq,
      cause: row?.blockedReason ?? row?.lastError ?? null,
      isBlocked: (row?.blockedReason ?? null) !== null,
      isObserved: row?.isObserved ?? false,
      needsWord: row !== null && backDated.has(row.id) && difference.kind === 'pause-lost',
    };
    const repair = await repairs(runId);
    judged.push(judge(difference, seen, { now: now(), settleAfterMs, repair, repairsAtMost: REPAIRS_AT_MOST }));
  }
  await differences.writeLooks(db, judged, now());
  const toMend = new Set(judged.filter((one) => one.mend).map(({ id }) => id));
  await mend(
    deps,
    claimed.filter(({ id }) => toMend.has(id)),
  );
  return claimed.length;
}

const oursOf = async ({ db, destination }: LookDeps, codes: readonly string[]): Promise<Map<string, store.OurRow>> =>
  new Map((await store.oursByCode(db, destination, codes)).map((row) => [row.code, row]));

/** The dossiers with a pause that was recorded late: one of these is written again on a person's word only. */
async function backDatedOf({ db, rules }: LookDeps, ids: readonly number[]): Promise<Set<number>> {
  const { calendar } = rules().catalogue;
  const pauses = await differences.lateReportedPauses(db, ids);
  return new Set(pauses.filter((pause) => isBackDated(pause, calendar)).map(({ dossierId }) => dossierId));
}

/** What the portal shows of each; absent where it could not be asked. */
async function readAll(deps: LookDeps, codes: readonly string[]): Promise<Map<string, PortalView | null>> {
  const views = new Map<string, PortalView | null>();
  for (let i = 0; i < codes.length; i += AT_ONCE)
    await Promise.all(
      codes.slice(i, i + AT_ONCE).map(async (code) => {
        const view = await read(deps, code);
        if (view !== 'unreadable') views.set(code, view);
      }),
    );
  return views;
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

async function read({ portal, log, destination }: LookDeps, code: string): Promise<PortalView | null | 'unreadable'> {
  try {
    return await portal.read(code);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    log.debug({ destination, kind: error.kind }, 'a difference could not be looked at; it is tried again');
    return 'unreadable';
  }
}

/** Everything that differs between the two sides of one dossier. */
export function findingsOf(row: store.OurRow | null, view: PortalView | null, rules: Rules): Finding[] {
  if (row === null)
    return view === null ? [] : [{ kind: 'missing-here', ours: null, theirs: { status: view.statusCode } }];
  if (row.isHeld) return [];
  if (view === null) return [{ kind: 'missing-at-portal', ours: { status: row.status }, theirs: null }];
  return compareView(row, view, rules);
}
