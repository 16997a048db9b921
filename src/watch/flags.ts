/** @module A dossier's pauses, endings and apologies as the rules of misuse take them. Pure; a flag changes no date and stops no delivery. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { flagApologies, flagEndings, flagPauses, type MisuseFlag, type ReportedEnding } from '../deadlines/misuse.ts';
import { appointmentInForce, type DeadlineSubject } from '../dossiers/appointment.ts';
import type { Shown } from '../dossiers/fold.ts';
import { foldOf } from '../dossiers/folded.ts';
import { type Fact, voidedSeqs } from '../dossiers/state.ts';

/** What is known of an entry beside its fact. */
export interface RecordedEntry {
  readonly seq: number;
  readonly recordedAt: number;
  readonly hasDocument: boolean;
}

/** Every flag of a dossier; `entryId` is the entry's seq. */
export function flagsOf(
  dossier: DeadlineSubject,
  entries: readonly RecordedEntry[],
  catalogue: Catalogue,
): MisuseFlag[] {
  const folded = foldOf(dossier, catalogue);
  const calendar = catalogue.calendarOf(dossier.agencyCode);
  const procedure = catalogue.procedureAt(dossier.procedureCode, dossier.receivedAt);
  const recorded = new Map(entries.map((entry) => [entry.seq, entry]));
  const firstRegisteredAt = Math.min(...entries.map(({ recordedAt }) => recordedAt));
  const before = (seq: number, at: number): number | null => appointmentBefore(dossier, seq, at, catalogue);

  // What was only seen at a destination was recorded when it was seen: nobody here reported it.
  const seen = new Set(dossier.facts.filter(({ w }) => w !== undefined).map(({ n }) => n));
  const pauses = folded.intervals
    .filter(({ openedBy }) => !seen.has(openedBy))
    .map(({ reason, from, openedBy }) => ({
      entryId: String(openedBy),
      reason,
      occurredAt: from,
      recordedAt: recorded.get(openedBy)?.recordedAt ?? from,
      appointmentBefore: before(openedBy, from),
      needsDocument: procedure?.pauseNeedsDocument ?? false,
      hasDocument: recorded.get(openedBy)?.hasDocument ?? false,
      hasLegalBasis: catalogue.pauseRule(procedure, reason, from).legalBasis !== null,
    }));
  const endings = folded.shown.flatMap((shown) => {
    const kind = endingOf(shown, dossier.facts);
    if (kind === null) return [];
    return [{ entryId: String(shown.seq), kind, occurredAt: shown.at, appointmentBefore: before(shown.seq, shown.at) }];
  });
  const voided = voidedSeqs(dossier.facts);
  const apologies = dossier.facts
    .filter(({ n, b }) => b === 'form-04' && !voided.has(n))
    .map(({ n, t }) => ({ entryId: String(n), occurredAt: t, appointmentBefore: before(n, t) }));
  return [
    ...flagPauses(pauses, firstRegisteredAt, calendar),
    ...flagEndings(endings, calendar),
    ...flagApologies(apologies, calendar),
  ];
}

/** An ending without a result; null for any other entry. */
function endingOf({ seq, status }: Shown, facts: readonly Fact[]): ReportedEnding['kind'] | null {
  if (status === 'withdrawn' || status === 'stopped' || status === 'rejected') return status;
  if (status !== 'completed') return null;
  const outcome = facts.find(({ n }) => n === seq)?.o;
  if (outcome === 'sent-back') return 'sent-back';
  return outcome === 'refused' || outcome === 'ineligible' ? 'refused' : null;
}

/** The appointment in force just before an entry, by what had happened until then; the slip's date stood from the start. */
function appointmentBefore(dossier: DeadlineSubject, seq: number, at: number, catalogue: Catalogue): number | null {
  const facts = dossier.facts.filter(
    (fact) =>
      fact.n !== seq && (fact.b === 'slip' || fact.k === 'void' || fact.t < at || (fact.t === at && fact.n < seq)),
  );
  const then = { ...dossier, facts };
  return appointmentInForce(then, foldOf(then, catalogue), catalogue, at)?.at ?? null;
}
