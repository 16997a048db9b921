/** @module Everything that differs between a dossier of ours and what the other side shows of it, in full or at a glance. Pure. */
import type { PortalView } from '../capabilities/portal.ts';
import { matchRecords } from '../sync/match.ts';
import { plan } from '../sync/plan.ts';
import { compareRow, compareView, type Finding, type Rules, type ToldRow } from './compare.ts';
import type { OurRow } from './ours-store.ts';

/** What differs between our side and what is told of a dossier at a glance; null: it is not told of at all. */
export const glanceOf = (row: OurRow | null, theirs: ToldRow | null, rules: Rules): Finding[] =>
  besides(row, theirs, (ours) => compareRow(ours, theirs!, rules), rules);

/** Everything that differs between the two sides of one dossier. */
export const findingsOf = (row: OurRow | null, view: PortalView | null, rules: Rules): Finding[] =>
  besides(row, view, (ours) => compareView(ours, view!, rules), rules);

function besides(
  row: OurRow | null,
  theirs: { readonly statusCode: string | null } | null,
  compare: (ours: OurRow) => Finding[],
  rules: Rules,
): Finding[] {
  if (row === null)
    return theirs === null ? [] : [{ kind: 'missing-here', ours: null, theirs: { status: theirs.statusCode } }];
  if (row.isHeld) return [];
  const found: Finding[] =
    theirs === null
      ? [{ kind: 'missing-at-portal', ours: { status: row.status }, theirs: null }]
      : compare({ ...row, owns: rules.owns?.(row) ?? null });
  // What is refused there differs, though nothing that is compared shows it.
  if (row.blockedReason !== null && found.length === 0)
    return [{ kind: 'delivery-refused', ours: { status: row.status, entry: row.headSeq }, theirs: null }];
  return found;
}

/** The entries that mending a dossier would write, by what the destination shows of it (null: it is not there). */
export function wouldWrite(row: OurRow, view: PortalView | null, { profile, catalogue }: Rules): number[] {
  const there = view?.progress ? matchRecords(row, view.progress, profile, catalogue).there : row.sentSeqs;
  const known = { existsThere: view !== null, sentSeqs: view === null ? [] : there, snapshotDigest: null };
  return plan(row, known, profile, catalogue).records.map(({ seq }) => seq);
}
