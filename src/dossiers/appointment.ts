/** @module The appointment in force of a dossier, from its folded entries, its slip and the documented dates (domain.md, "Counting time"). */
import type { Catalogue, ProcedureVersion } from '../catalogue/catalogue.ts';
import { type LimitOverride, limitInForce } from '../catalogue/limit.ts';
import { computeDeadline } from '../deadlines/compute.ts';
import type { Deadline, DeadlineInput } from '../deadlines/types.ts';
import type { Folded } from './fold.ts';
import type { DossierFields } from './shape.ts';
import { type Fact, voidedSeqs } from './state.ts';

/** The part of a dossier that its deadline depends on. */
export interface DeadlineSubject {
  readonly procedureCode: string | null;
  readonly agencyCode: string | null;
  readonly receivedAt: number | null;
  readonly limitOverride: LimitOverride | null;
  readonly facts: readonly Fact[];
}

const CIVIL_CODE: DeadlineInput['startRule'] = 'next-day';

/** The clock's input for a dossier; null while it has not been received. `openUntil` says whether open pauses count up to now. */
export function deadlineInput(
  subject: DeadlineSubject,
  folded: Folded,
  catalogue: Catalogue,
  now: number,
  openUntil: 'now' | 'excluded',
): DeadlineInput | null {
  if (subject.receivedAt === null) return null;
  const procedure = catalogue.procedureAt(subject.procedureCode, subject.receivedAt);
  const voided = voidedSeqs(subject.facts);
  let slip: DeadlineInput['original'] = null;
  const documented: { at: number; from: number; basis: 'ministry' | 'form-04' }[] = [];
  for (const fact of subject.facts) {
    if (voided.has(fact.n) || fact.a === undefined) continue;
    if (fact.b === 'slip') slip = { at: fact.a, basis: 'slip' };
    else if (fact.b === 'ministry' || fact.b === 'form-04')
      documented.push({ at: fact.a, from: fact.t, basis: fact.b });
  }
  return {
    receivedAt: subject.receivedAt,
    ...catalogue.wholeDays,
    ...limitInForce(procedure, subject.limitOverride),
    startRule: procedure?.startRule ?? CIVIL_CODE,
    suspensions: suspensions(folded, procedure, catalogue, openUntil),
    original: slip,
    documented,
    now,
  };
}

function suspensions(
  folded: Folded,
  procedure: ProcedureVersion | null,
  catalogue: Catalogue,
  openUntil: 'now' | 'excluded',
): DeadlineInput['suspensions'] {
  const found: { from: number; to: number | null; reason: string; effect: 'suspend' | 'restart' | 'none' }[] = [];
  for (const interval of folded.intervals) {
    if (interval.to === null && openUntil === 'excluded') continue;
    found.push({
      from: interval.from,
      to: interval.to,
      reason: interval.reason,
      effect: catalogue.pauseRule(procedure, interval.reason, interval.from).effect,
    });
  }
  return found;
}

/** The appointment as the gateway holds it: an open pause moves it only when it ends. */
export function appointmentInForce(
  dossier: DeadlineSubject,
  folded: Folded,
  catalogue: Catalogue,
  now: number,
): { at: number; basis: Deadline['basis'] } | null {
  const input = deadlineInput(dossier, folded, catalogue, now, 'excluded');
  if (!input) return null;
  const deadline = computeDeadline(input, catalogue.calendarOf(dossier.agencyCode));
  return deadline.appointmentAt === null ? null : { at: deadline.appointmentAt, basis: deadline.basis };
}

/** Since when an open pause has stopped the clock (epoch ms); null while it runs. */
export function clockStoppedAt(
  folded: Folded,
  dossier: Pick<DeadlineSubject, 'procedureCode' | 'receivedAt'>,
  catalogue: Catalogue,
): number | null {
  const procedure = catalogue.procedureAt(dossier.procedureCode, dossier.receivedAt);
  const stops = folded.pauses
    .filter(({ reason, from }) => catalogue.pauseRule(procedure, reason, from).effect !== 'none')
    .map(({ from }) => from);
  return stops.length === 0 ? null : Math.min(...stops);
}

/** What the narrow row keeps of the dossier's own limit: a decision's, else that the fast track was granted. */
export function limitOverrideOf(fields: DossierFields): LimitOverride | null {
  if (fields.limitOverride) return { ...fields.limitOverride.limit, decision: fields.limitOverride.decision };
  return fields.fastTrack ? { fastTrack: true } : null;
}

/** Fields of the dossier that stand in its facts so that the clock needs no second read. */
export const slipOf = (fields: DossierFields): { at: number; basis: 'slip' | 'ministry' | 'form-04' } | null => {
  const appointment = fields.appointment;
  if (!appointment || appointment.basis === 'computed') return null;
  return { at: Date.parse(appointment.at), basis: appointment.basis };
};
