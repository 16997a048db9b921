/** @module Folds a dossier by the rules of its procedure. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Folded, fold } from './fold.ts';
import { type Fact, statusFacts, voidedSeqs } from './state.ts';

/** The part of a dossier that its status depends on. */
export interface FoldSubject {
  readonly facts: readonly Fact[];
  readonly procedureCode: string | null;
  readonly receivedAt: number | null;
}

/** iGate and operators may end any dossier; other sources where the procedure says so; an unknown procedure, or one known by name only, bars nobody. */
export function foldOf(dossier: FoldSubject, catalogue: Catalogue): Folded {
  const procedure = catalogue.procedureAt(dossier.procedureCode, dossier.receivedAt);
  const folded = fold(statusFacts(dossier.facts), voidedSeqs(dossier.facts), {
    mayEnd: (source) =>
      procedure === null ||
      procedure.source === 'national-portal' ||
      source === 'igate' ||
      source === 'operator' ||
      procedure.mayEnd.includes(source),
  });
  for (const { n, k } of dossier.facts) if (k === 'claim') folded.withoutEffect.set(n, 'other-writer');
  return folded;
}
