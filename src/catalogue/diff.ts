/** @module What differs between our catalogue of procedures and the portal's, as far as its wire tells. Pure. */
import type { PortalProcedure } from '../capabilities/portal.ts';
import { nationalProcedure } from '../dossiers/identifiers.ts';
import type { ProcedureVersion } from './catalogue.ts';

export const CATALOGUE_DIFFERENCES = ['only-here', 'only-there', 'name-differs', 'sector-differs'] as const;

export interface CatalogueDifference {
  readonly kind: (typeof CATALOGUE_DIFFERENCES)[number];
  /** The national part of the code, by which both sides are compared. */
  readonly code: string;
  readonly ours: string | null;
  readonly theirs: string | null;
}

const keyOf = (code: string): string => nationalProcedure(code) ?? code;
const alike = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/**
 * @param ours versions in force; what was taken over from the portal by name alone counts as nothing of ours
 * @returns in the order of the codes
 */
export function catalogueDifferences(
  ours: readonly ProcedureVersion[],
  theirs: readonly PortalProcedure[],
): CatalogueDifference[] {
  const here = new Map(
    ours.filter(({ source }) => source !== 'national-portal').map((one) => [keyOf(one.code), one] as const),
  );
  const there = new Map(theirs.map((one) => [keyOf(one.code), one] as const));
  const found: CatalogueDifference[] = [];
  for (const code of [...new Set([...here.keys(), ...there.keys()])].sort()) {
    const our = here.get(code);
    const their = there.get(code);
    if (!our || !their) {
      const kind = our ? 'only-here' : 'only-there';
      found.push({ kind, code, ours: our?.name ?? null, theirs: their?.name ?? null });
      continue;
    }
    if (!alike(our.name, their.name)) found.push({ kind: 'name-differs', code, ours: our.name, theirs: their.name });
    if (their.sector.code !== '' && our.sector.code !== their.sector.code)
      found.push({ kind: 'sector-differs', code, ours: our.sector.code, theirs: their.sector.code });
  }
  return found;
}
