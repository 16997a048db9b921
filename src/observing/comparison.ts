/** @module What would be written of a dossier were it to be sent, and what stands there instead. Pure. */
import type { OwnableField, PortalClient, PortalView } from '../capabilities/portal.ts';
import { isOnlySeen } from '../dossiers/state.ts';
import { compareView, type Finding, type OurDossier } from '../reconciliation/compare.ts';
import type { DifferenceKind } from '../reconciliation/kinds.ts';
import { matchRecords } from '../sync/match.ts';
import { plan } from '../sync/plan.ts';
import type { DueReadBack } from '../sync/verify-store.ts';
import type { Rules } from './look.ts';

/** Times are epoch milliseconds. No personal data: of fields only their names. */
export interface Comparison {
  readonly dossierId: number;
  readonly headSeq: number;
  readonly kinds: readonly DifferenceKind[];
  readonly findings: readonly Finding[];
  readonly would: {
    /** The dossier itself is not there. */
    readonly create: boolean;
    readonly records: readonly { readonly statusCode: string; readonly occurredAt: number; readonly text: string }[];
    readonly fields: readonly OwnableField[];
  };
  /** What others wrote there. */
  readonly theirs: readonly {
    readonly statusCode: string;
    readonly occurredAt: number;
    readonly officer: string;
    readonly department: string;
    /** The entry of ours that says the same; null where nobody told us. */
    readonly sameAs: number | null;
  }[];
}

const THEIRS_AT_MOST = 50;

/** Compares a dossier with what its destination shows of it (null: it is not there). */
export function comparisonOf(
  row: DueReadBack,
  view: PortalView | null,
  { profile, catalogue }: Rules,
  portal: Pick<PortalClient, 'changes'>,
): Comparison {
  const matched = view?.progress ? matchRecords(row, view.progress, profile, catalogue) : null;
  const sentSeqs = view === null ? [] : (matched?.there ?? row.facts.map(({ n }) => n));
  const planned = plan(row, { existsThere: view !== null, sentSeqs, snapshotDigest: null }, profile, catalogue);
  const ours: OurDossier = { ...row, sentSeqs, collidingAliases: [] };
  const findings: Finding[] =
    view === null
      ? [{ kind: 'missing-at-portal', ours: { status: planned.snapshot.statusCode }, theirs: null }]
      : compareView(ours, view, { profile, catalogue });
  const nothing = isOnlySeen(row.facts, profile.destination);
  return {
    dossierId: row.dossierId,
    headSeq: row.headSeq,
    kinds: [...new Set(findings.map(({ kind }) => kind))],
    findings,
    would: {
      create: view === null && !nothing,
      records: nothing
        ? []
        : planned.records.map(({ record: { statusCode, at, text } }) => ({ statusCode, occurredAt: at, text })),
      fields: view === null || nothing ? [] : portal.changes(planned.snapshot, view.kept),
    },
    theirs: (matched?.foreign ?? [])
      .slice(-THEIRS_AT_MOST)
      .map(({ record: { statusCode, at, officer, department }, sameAs }) => ({
        statusCode,
        occurredAt: at,
        officer,
        department,
        sameAs,
      })),
  };
}
