/** @module What another writer told a destination of a dossier that is ours: which records those are, and what of them the timeline keeps. Pure (docs/decisions/claims-of-other-writers.md). */
import type { ShownProgress } from '../capabilities/portal.ts';
import type { EventCommand } from '../dossiers/commands.ts';
import type { Fact } from '../dossiers/state.ts';
import type { Matched } from '../sync/match.ts';
import { departmentOf, type PlannedDossier, progressKey } from '../sync/plan.ts';
import type { Profile } from '../sync/profile.ts';
import { seenEvent, wordsOf } from '../sync/seen-event.ts';

/** The records of which nobody told us, in the order in which they stand there. */
export function strangersOf(ours: PlannedDossier, { foreign }: Matched, profile: Profile): ShownProgress[] {
  const implied = new Set(impliedKeys(ours, profile));
  return foreign
    .filter(({ sameAs, record }) => sameAs === null && !implied.has(progressKey(record.statusCode, record.at)))
    .map(({ record }) => record);
}

/** States without which the destination refuses a later one were sent with the time of the entry that implied them. */
const impliedKeys = (ours: PlannedDossier, profile: Profile): string[] =>
  profile.demands.flatMap((state) => toldOf(ours).map(({ t }) => progressKey(profile.statusCodes[state], t)));

/** What somebody told us. */
const toldOf = ({ facts }: PlannedDossier): Fact[] => facts.filter(({ k }) => k !== 'claim');

/** Whether the timeline has the record already. */
export const isKept = ({ code, facts }: PlannedDossier, record: ShownProgress): boolean =>
  facts.some(({ k, e }) => k === 'claim' && e === `${code}:${idOf(record)}`);

/**
 * What of such records is to enter the timeline: those of others, each once. One of our own hand is an entry that we have
 * lost, as after a database was put back: nobody's claim, and found again at its source.
 */
export const claimsOf = (
  ours: PlannedDossier,
  strangers: readonly ShownProgress[],
  { destination }: Profile,
): EventCommand[] =>
  strangers
    .filter((record) => !isKept(ours, record) && !isOwnHand(ours, record))
    .map((record) =>
      seenEvent(ours.code, destination, {
        kind: 'claim',
        status: null,
        reason: null,
        appointment: null,
        at: record.at,
        id: idOf(record),
        body: { statusCode: record.statusCode, ...wordsOf(record) },
      }),
    );

const idOf = ({ statusCode, at }: ShownProgress): string => `claim:${statusCode}:${at}`;

/** We name no officer, and the department that told it. */
const isOwnHand = (ours: PlannedDossier, { officer, department }: ShownProgress): boolean =>
  officer === '' &&
  department !== '' &&
  (department === ours.agencyCode || toldOf(ours).some((fact) => departmentOf(ours, fact) === department));
