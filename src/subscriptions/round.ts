/** @module One round of a delivery, planned and accounted for: which changes go side by side, and what the outcome means for the place in the feed; pure. */
import type { Change } from '../feed/read-store.ts';

/** The key of a dossier in a subscription's lags; '' for what concerns none. */
export const keyOf = (change: Change): string => change.dossierCode ?? '';

/** Changes that go one after the other; a dossier's are all in one lane. */
export interface Lane {
  /** A lagging dossier's lane holds nothing else. */
  readonly lagging: string | null;
  waiting: Change[];
  /** The message under way. */
  current: Change[];
  taken: Change[];
  /** Messages that were refused; what follows of their dossiers has left the lane. */
  refused: { readonly changes: readonly Change[]; readonly error: string | null }[];
  /** The round is over: nothing more is begun. */
  closed: boolean;
}

export const newLane = (waiting: Change[], lagging: string | null = null): Lane => ({
  lagging,
  waiting,
  current: [],
  taken: [],
  refused: [],
  closed: false,
});

/** Spreads changes over lanes, each dossier's into one, in their order. */
export function lanesOf(changes: readonly Change[], lanes: number): Lane[] {
  const spread: Lane[] = [];
  const laneOf = new Map<string, Lane>();
  for (const change of changes) {
    let lane = laneOf.get(keyOf(change));
    if (!lane) {
      lane = laneOf.size < lanes ? newLane([]) : spread[laneOf.size % lanes]!;
      if (laneOf.size < lanes) spread.push(lane);
      laneOf.set(keyOf(change), lane);
    }
    lane.waiting.push(change);
  }
  return spread;
}

/** A message was refused: its dossiers wait, the lane goes on with the others. */
export function refuse(lane: Lane, changes: readonly Change[], error: string | null): void {
  const dossiers = new Set(changes.map(keyOf));
  lane.refused.push({ changes, error });
  lane.waiting = lane.waiting.filter((change) => !dossiers.has(keyOf(change)));
}

/** A dossier that falls behind, and from where. */
export interface Fallen {
  readonly dossierCode: string;
  readonly fromPos: number;
  readonly why: 'refused' | 'under-way' | 'left';
  /** It was refused together with others: alone it may fare better at once. */
  readonly shared: boolean;
  readonly error: string | null;
}

/**
 * What a round over new changes came to: which dossiers fall behind, and up to where all others were taken. When nothing
 * after the first change that was left over was even tried, the place simply stays before it.
 * @param next the place after everything that the round was given
 */
export function accountFor(lanes: readonly Lane[], next: number): { pos: number; fallen: Fallen[] } {
  const fallen = new Map<string, Fallen>();
  const fall = (change: Change, why: Fallen['why'], shared = false, error: string | null = null): void => {
    const dossierCode = keyOf(change);
    if (!fallen.has(dossierCode)) fallen.set(dossierCode, { dossierCode, fromPos: change.pos, why, shared, error });
  };
  let tried = 0;
  for (const lane of lanes) {
    for (const { changes, error } of lane.refused) {
      const shared = new Set(changes.map(keyOf)).size > 1;
      for (const change of changes) fall(change, 'refused', shared, error);
    }
    for (const change of lane.current) fall(change, 'under-way');
    for (const { pos } of [...lane.taken, ...lane.current, ...lane.refused.flatMap(({ changes }) => changes)])
      tried = Math.max(tried, pos);
  }
  const left = lanes
    .flatMap(({ waiting }) => waiting)
    .filter((change) => !fallen.has(keyOf(change)))
    .sort((a, b) => a.pos - b.pos);
  if (left.length === 0) return { pos: next, fallen: [...fallen.values()] };
  if (tried < left[0]!.pos) return { pos: left[0]!.pos - 1, fallen: [...fallen.values()] };
  for (const change of left) fall(change, 'left');
  return { pos: next, fallen: [...fallen.values()] };
}
