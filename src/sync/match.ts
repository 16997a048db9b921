/** @module Which of our entries stand in the progress that a destination shows, and which records somebody else wrote. Pure. */
import type { ShownProgress } from '../capabilities/portal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { foldOf } from '../dossiers/folded.ts';
import { SECOND } from '../units.ts';
import { coded, departmentOf, type PlannedDossier, progressKey, shownAs } from './plan.ts';
import type { Profile } from './profile.ts';

/** A record that is not of our writing. */
export interface ForeignRecord {
  readonly record: ShownProgress;
  /** The entry of ours that says the same, told at about the same time; null where nobody told us. */
  readonly sameAs: number | null;
}

export interface Matched {
  /** The seqs that need no record of ours: they stand there, whoever wrote them. */
  readonly there: readonly number[];
  readonly foreign: readonly ForeignRecord[];
}

interface Own {
  readonly seq: number;
  readonly at: number;
  readonly statusCode: string;
  readonly department: string;
  readonly seen: boolean;
  readonly effective: boolean;
}

/**
 * Compares the records with our entries, those that have lost their effect since included, beside those that it is believed to have. A record of the very status
 * and second is ours unless it bears another's name; one of the same status within the profile's tolerance is the same
 * step as another writer timed it, each for one entry at most.
 */
export function matchRecords(
  dossier: PlannedDossier,
  progress: readonly ShownProgress[],
  profile: Profile,
  catalogue: Catalogue,
): Matched {
  const own = ownRecords(dossier, profile, catalogue);
  const byKey = Map.groupBy(own, ({ statusCode, at }) => progressKey(statusCode, at));
  const exact = new Set<number>();
  const foreign: ForeignRecord[] = [];
  const strangers: ShownProgress[] = [];
  for (const record of progress) {
    const equal = byKey.get(progressKey(record.statusCode, record.at));
    if (!equal) {
      strangers.push(record);
      continue;
    }
    for (const { seq } of equal) exact.add(seq);
    if (!equal.some((one) => isOurs(one, record))) foreign.push({ record, sameAs: equal[0]!.seq });
  }
  const near = nearest(
    own.filter(({ seq, effective }) => effective && !exact.has(seq)),
    strangers,
    profile.sameStepWithinSeconds * SECOND,
  );
  const there = new Set([...dossier.believedSeqs, ...exact]);
  const departments = new Set(own.filter(({ seen }) => !seen).map(({ department }) => department));
  const times = new Set(own.map(({ at }) => Math.floor(at / SECOND)));
  for (const record of strangers) {
    const sameAs = near.get(record) ?? null;
    if (sameAs !== null) there.add(sameAs);
    // Sent by us when another profile was in force; a step of a time that we know nothing of is none that we have.
    else if (
      record.officer === '' &&
      record.department !== '' &&
      departments.has(record.department) &&
      times.has(Math.floor(record.at / SECOND))
    )
      continue;
    foreign.push({ record, sameAs });
  }
  return { there: [...there].sort((a, b) => a - b), foreign };
}

function ownRecords(dossier: PlannedDossier, profile: Profile, catalogue: Catalogue): Own[] {
  const folded = foldOf(dossier, catalogue);
  return dossier.facts.flatMap((fact) => {
    const shown = shownAs(fact, folded);
    if (!shown) return [];
    const { code } = coded(profile, catalogue, shown.status, shown.reason, fact.t);
    return [
      {
        seq: fact.n,
        at: fact.t,
        statusCode: code,
        department: departmentOf(dossier, fact),
        seen: fact.w === profile.destination,
        effective: !folded.withoutEffect.has(fact.n),
      },
    ];
  });
}

/** We name no officer, and the department that told it; a record without a name may be anybody's. */
const isOurs = ({ seen, department }: Own, record: ShownProgress): boolean =>
  !seen && record.officer === '' && (record.department === department || record.department === '');

/** Pairs of the same status, the nearest in time first. */
function nearest(own: readonly Own[], strangers: readonly ShownProgress[], within: number): Map<ShownProgress, number> {
  const pairs = own
    .flatMap(({ seq, at, statusCode }) =>
      strangers
        .filter((record) => record.statusCode === statusCode && Math.abs(record.at - at) <= within)
        .map((record) => ({ seq, record, apart: Math.abs(record.at - at) })),
    )
    .sort((a, b) => a.apart - b.apart);
  const found = new Map<ShownProgress, number>();
  const taken = new Set<number>();
  for (const { seq, record } of pairs) {
    if (taken.has(seq) || found.has(record)) continue;
    taken.add(seq);
    found.set(record, seq);
  }
  return found;
}
