/** @module Looks at differences again, one dossier at a time, and lets the sync mend what can be mended. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { PortalClient } from '../capabilities/portal.ts';
import { inTransaction } from '../db/transaction.ts';
import { isBackDated } from '../deadlines/misuse.ts';
import type { Appender } from '../dossiers/append.ts';
import type { Log } from '../log.ts';
import { MINUTE } from '../units.ts';
import type { Adopt } from './adopt.ts';
import type { Rules } from './compare.ts';
import type { Pages } from './day-listing.ts';
import * as differences from './difference-store.ts';
import { wouldWrite } from './findings.ts';
import { type Judgement, judge, judgeUnreadable, type Seen } from './judge.ts';
import { keepClaims } from './keep-claims.ts';
import { KINDS } from './kinds.ts';
import { sendAgain, takeOver, withinBudget } from './mend.ts';
import { type OurRow, oursByCode } from './ours-store.ts';
import { repairsLeft } from './repairs.ts';
import { sightingOf } from './run.ts';
import { type Look, looksAt, looksAtExports, Unreadable } from './seen.ts';
import { type Run, seenByRepair } from './store.ts';
import { noteUnchecked } from './unchecked-store.ts';

export interface LookDeps extends Pages {
  readonly destination: string;
  readonly db: pg.Pool;
  readonly seal: Seal;
  /** null where the destination cannot be asked: a look then goes by the export that the difference was found in. */
  readonly portal: PortalClient | null;
  readonly rules: () => Rules;
  readonly adopt: Adopt;
  readonly appender: Pick<Appender, 'append'>;
  /** Something became due at the destination. */
  readonly wake: () => void;
  readonly settleAfterMs: number;
  readonly now: () => number;
  /** Dossiers a minute that are mended, at most. */
  readonly repairsPerMinute: number;
  readonly log: Log;
  /** Names a point at which a fault test may stop the process. */
  readonly reached?: (point: 'mid-repair') => void;
}

/** The run that found a difference. */
export type RunOf = (runId: string | null) => Promise<Run | null>;

const BATCH = 100;
const REPAIRS_AT_MOST = 3;

/**
 * Looks at every difference whose time has come.
 *
 * @param runOf the run that found a difference: what it was found in
 * @returns how many there were
 */
export async function lookAgain(deps: LookDeps, runOf: RunOf): Promise<number> {
  const { db, seal, destination, wake, now, settleAfterMs, repairsPerMinute } = deps;
  const until = now() + 2 * settleAfterMs + MINUTE;
  const mayMend = (await repairsLeft(db, destination, repairsPerMinute, now())) > 0;
  const claimed = await differences.claimLooks(db, destination, { now: now(), until, limit: BATCH, mayMend });
  if (claimed.length === 0) return 0;
  const codes = [...new Set(claimed.map(({ dossierCode }) => dossierCode))];
  const ours = await oursOf(deps, codes);
  const looks =
    deps.portal === null
      ? await looksAtExports(deps, claimed, ours, runOf)
      : await looksAt(deps, deps.portal, codes, ours);
  // What was appended to while the other side was asked shows nothing yet.
  const after = await oursOf(deps, codes);
  const late = await lateSeqsOf(deps, [...ours.values()]);
  const repairing = await seenByRepair(
    db,
    claimed.map(({ id }) => id),
  );
  await noteOthers(deps, claimed, { looks, ours, after });
  const judged = claimed.map((difference): Judgement => {
    const soon = now() + settleAfterMs;
    const { dossierCode: code } = difference;
    const look = looks.get(code);
    if (look === undefined) return { ...difference, lookAt: soon, mend: false };
    if (look instanceof Unreadable) return judgeUnreadable(difference, look.words, soon);
    const row = ours.get(code) ?? null;
    const resyncs = KINDS[difference.kind].repair === 'resync';
    const seen: Seen = {
      finding: look.findings.find(({ kind }) => kind === difference.kind) ?? null,
      headSeq: row?.headSeq ?? null,
      isMoving: isMoving(look, row, after.get(code)),
      cause: row?.blockedReason ?? row?.lastError ?? null,
      isBlocked: (row?.blockedReason ?? null) !== null,
      // Where nothing can be sent, what differs is for whoever writes there.
      isObserved: deps.portal === null || (row?.isObserved ?? false),
      needsWord: row !== null && resyncs && writesLate(row, look, late.get(row.id), deps.rules()),
    };
    const repair = repairing.has(difference.id);
    return judge(difference, seen, { now: now(), settleAfterMs, repair, repairsAtMost: REPAIRS_AT_MOST });
  });
  await nameUnchecked(deps, claimed, judged, looks);
  await keepClaims(deps, claimed, judged, { looks, ours });
  const wanted = judged.filter((one) => one.mend).map(({ id }) => id);
  const toMend = await withinBudget(deps, claimed, await differences.stillClaimed(db, wanted, until));
  const mendable = claimed.filter(({ id }) => toMend.has(id));
  const adopted = await takeOver(deps, mendable);
  const before = new Map(claimed.map((one) => [one.id, one]));
  // What is sent again counts as mended at once or not at all: whoever dies here leaves no repair that never was.
  const sent = await inTransaction(db, async (tx) => {
    const again = await sendAgain(deps, tx, mendable);
    const kept = judged.map((one) => {
      if (!one.mend || adopted.has(one.id) || again.has(one.id)) return one;
      const { state, repairs } = before.get(one.id)!;
      // What could not be mended is tried again; what may not be yet is named, and waits.
      if (toMend.has(one.id)) return { ...one, repairs };
      return {
        ...one,
        state: state === 'repairing' ? state : ('confirmed' as const),
        repairs,
        lookAt: now(),
        waits: true,
      };
    });
    await differences.writeLooks(tx, kept, { until, now: now(), seal });
    return again;
  });
  if (sent.size > 0) wake();
  return claimed.length;
}

const oursOf = async ({ db, destination }: LookDeps, codes: readonly string[]): Promise<Map<string, OurRow>> =>
  new Map((await oursByCode(db, destination, codes)).map((row) => [row.code, row]));

const isMoving = (look: Look, row: OurRow | null, after: OurRow | undefined): boolean =>
  look.hasMoved || (row?.isMoving ?? false) || after?.headSeq !== row?.headSeq;

/** The entries of each dossier that report a pause late: these are written again on a person's word only. */
async function lateSeqsOf(
  { db, rules }: LookDeps,
  rows: readonly OurRow[],
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const { calendar } = rules().catalogue;
  const pauses = await differences.lateReportedPauses(
    db,
    rows.map(({ id }) => id),
  );
  const late = Map.groupBy(
    pauses.filter((pause) => isBackDated(pause, calendar)),
    ({ dossierId }) => dossierId,
  );
  return new Map([...late].map(([id, found]) => [id, new Set(found.map(({ seq }) => seq))]));
}

const writesLate = (row: OurRow, { view }: Look, late: ReadonlySet<number> | undefined, rules: Rules): boolean =>
  late !== undefined && view !== undefined && wouldWrite(row, view, rules).some((seq) => late.has(seq));

/** A look tells more than a listing: what it shows besides is seen for the first time. */
async function noteOthers(
  { db, seal, destination, portal, now, settleAfterMs }: LookDeps,
  claimed: readonly differences.Difference[],
  {
    looks,
    ours,
    after,
  }: {
    looks: ReadonlyMap<string, Look | Unreadable>;
    ours: ReadonlyMap<string, OurRow>;
    after: ReadonlyMap<string, OurRow>;
  },
): Promise<void> {
  if (portal === null) return;
  const how = { state: 'found', now: now(), lookAt: now() + settleAfterMs, onlyNew: true } as const;
  const known = new Set(claimed.map(({ kind, dossierCode }) => `${kind} ${dossierCode}`));
  const sightings = claimed.flatMap(({ runId, dossierCode: code }) => {
    const look = looks.get(code);
    const row = ours.get(code);
    if (!row || look === undefined || look instanceof Unreadable || isMoving(look, row, after.get(code))) return [];
    const others = look.findings.filter(({ kind }) => !known.has(`${kind} ${code}`));
    for (const { kind } of others) known.add(`${kind} ${code}`);
    return others.map((finding) => ({ runId, sighting: sightingOf(row, finding, seal) }));
  });
  for (const [id, found] of Map.groupBy(sightings, ({ runId }) => runId))
    await differences.noteSightings(
      db,
      { id, destination },
      found.map(({ sighting }) => sighting),
      how,
    );
}

/** What was seen once and cannot be read is no difference, and was not checked either. */
async function nameUnchecked(
  { db }: LookDeps,
  claimed: readonly differences.Difference[],
  judged: readonly Judgement[],
  looks: ReadonlyMap<string, Look | Unreadable>,
): Promise<void> {
  for (const [i, { runId, dossierCode }] of claimed.entries()) {
    const { state } = judged[i]!;
    const isLeft = looks.get(dossierCode) instanceof Unreadable && (state === 'gone' || state === 'as-before');
    if (isLeft && runId !== null) await noteUnchecked(db, runId, [dossierCode], 'unreadable');
  }
}
