/** @module What the other side shows, at a further look, of dossiers with a difference: the destination itself, or the export in which it was found. */
import type { PortalClient, PortalView } from '../capabilities/portal.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import { isStruggle } from './asking.ts';
import type { Finding } from './compare.ts';
import type { Difference } from './difference-store.ts';
import { findExport, stagedByCode } from './export-store.ts';
import { findingsOf, glanceOf } from './findings.ts';
import type { LookDeps, RunOf } from './look.ts';
import { movedSince, type OurRow } from './ours-store.ts';

/** What a look shows of a dossier now. */
export interface Look {
  readonly findings: readonly Finding[];
  /** What it shows was so before the dossier moved. */
  readonly hasMoved: boolean;
  /** The destination's view (null: it is not there); absent where an export was looked at. */
  readonly view?: PortalView | null;
}

/** The destination's answer about a dossier that cannot be read, in its words. */
export class Unreadable {
  readonly words: string;

  constructor(words: string) {
    this.words = words;
  }
}

const AT_ONCE = 8;

/** What the portal shows of each; absent where it was not asked, for it struggles. */
export async function looksAt(
  deps: LookDeps,
  portal: PortalClient,
  codes: readonly string[],
  ours: ReadonlyMap<string, OurRow>,
): Promise<Map<string, Look | Unreadable>> {
  const looks = new Map<string, Look | Unreadable>();
  let struggles = false;
  const look = async (code: string): Promise<void> => {
    try {
      const view = await deps.ask(() => portal.read(code));
      looks.set(code, { findings: findingsOf(ours.get(code) ?? null, view, deps.rules()), hasMoved: false, view });
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (isStruggle(error)) struggles = true;
      else looks.set(code, new Unreadable(error.facts.words ?? error.message));
    }
  };
  for (let i = 0; i < codes.length && !struggles; i += AT_ONCE)
    await Promise.all(codes.slice(i, i + AT_ONCE).map(look));
  return looks;
}

/** The newest export that tells of each; absent where it has had its time. */
export async function looksAtExports(
  { db, destination, rules, settleAfterMs }: LookDeps,
  claimed: readonly Difference[],
  ours: ReadonlyMap<string, OurRow>,
  runOf: RunOf,
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
