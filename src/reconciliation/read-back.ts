/** @module Names what a read-back after a delivery found wrong, and that it is being sent again; what was sent again in vain is for people. */
import type { Seal } from '../access/seal.ts';
import type { PortalView } from '../capabilities/portal.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Rules } from './compare.ts';
import { noteSightings } from './difference-store.ts';
import { findingsOf } from './findings.ts';
import { oursByCode } from './ours-store.ts';
import { sightingOf } from './run.ts';

export interface ReadBackDeps {
  readonly db: Queryable;
  readonly seal: Seal;
  readonly destination: string;
  readonly rules: () => Rules;
  readonly settleAfterMs: number;
  readonly now: () => number;
}

/** Notes the differences of a dossier that the sync found at its read-back and sends again. */
export async function noteReadBack(deps: ReadBackDeps, code: string, view: PortalView | null): Promise<void> {
  const { db, seal, destination, rules, settleAfterMs, now } = deps;
  const [row] = await oursByCode(db, destination, [code]);
  if (!row) return;
  const sightings = findingsOf(row, view, rules()).map((finding) => sightingOf(row, finding, seal));
  if (sightings.length === 0) return;
  const how = { state: 'repairing', now: now(), lookAt: now() + settleAfterMs } as const;
  await noteSightings(db, { id: null, destination }, sightings, how);
}

/** Whether a dossier has a difference that was mended in vain: evidence is all that is left. */
export async function isCase(db: Queryable, destination: string, code: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'difference-case',
    text: "select from difference where destination = $1 and dossier_code = $2 and state = 'evidence' limit 1",
    values: [destination, code],
  });
  return rowCount === 1;
}
