/** @module Which officers' readings of an hour look as no work looks: judged from the readings, the calendar and the province's limits. */
import { parseDossierCode } from '../dossiers/identifiers.ts';

/** A reading of somebody's data by an officer. */
export interface Reading {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly clientId: string | null;
  readonly officer: string;
  /** Agencies of the client. */
  readonly agencies: readonly string[];
  /** The keyed hash of whom or what it was about. */
  readonly target: string;
  /** The dossier it was for, or the reason why there is none. */
  readonly dossier: string | null;
}

export const SUSPICIONS = ['many-persons-read', 'read-without-dossier', 'read-out-of-hours'] as const;
export type SuspicionKind = (typeof SUSPICIONS)[number];

/** From how many in an hour on, by kind. */
export type SuspicionLimits = Readonly<Record<SuspicionKind, number>>;

export interface Suspicion {
  readonly kind: SuspicionKind;
  readonly clientId: string | null;
  readonly officer: string;
  readonly agency: string | null;
  readonly count: number;
}

/** @param isOfficeTime whether the agency works at an instant */
export function suspicionsOf(
  readings: readonly Reading[],
  limits: SuspicionLimits,
  isOfficeTime: (at: number, agency: string | null) => boolean,
): Suspicion[] {
  // An officer's id is the client's own.
  const byOfficer = Map.groupBy(readings, ({ clientId, officer }) => JSON.stringify([clientId, officer]));
  return [...byOfficer.values()].flatMap((own) => {
    const { clientId, officer, agencies } = own[0]!;
    const agency = agencies[0] ?? null;
    const counts: Readonly<Record<SuspicionKind, number>> = {
      'many-persons-read': new Set(own.map(({ target }) => target)).size,
      'read-without-dossier': own.filter(({ dossier }) => dossier === null || parseDossierCode(dossier) === null)
        .length,
      'read-out-of-hours': own.filter(({ at }) => !isOfficeTime(at, agency)).length,
    };
    return SUSPICIONS.filter((kind) => counts[kind] >= limits[kind]).map((kind) => ({
      kind,
      clientId,
      officer,
      agency,
      count: counts[kind],
    }));
  });
}
