/** @module Why a dossier is late, from its entries, what the portal has acknowledged, and the delivery attempts. Pure. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Attribution, attributeLateness, type Outage, type Wait } from '../deadlines/attribution.ts';
import { portalAppointment, portalVerdict } from '../deadlines/portal-count.ts';
import { appointmentInForce, clockStoppedAt, type DeadlineSubject } from '../dossiers/appointment.ts';
import type { Folded } from '../dossiers/fold.ts';
import { foldOf } from '../dossiers/folded.ts';
import { voidedSeqs } from '../dossiers/state.ts';
import { coded } from '../sync/plan.ts';
import type { Profile } from '../sync/profile.ts';
import type { RecordedEntry } from './flags.ts';
import { holderOf } from './holder.ts';

/** A dossier with what the portal has of it. */
export interface LateSubject extends DeadlineSubject {
  readonly appointmentAt: number | null;
  /** Null where it was never to be sent. */
  readonly ackedSeq: number | null;
}

/** One attempt to deliver it, in order of time. */
export interface Attempt {
  readonly id: number;
  readonly at: number;
  readonly toSeq: number;
  readonly outcome: string;
}

/** A stretch in which every attempt failed. */
export interface FailedStretch extends Outage {
  readonly attempts: number;
}

export interface Lateness {
  readonly appointmentAt: number | null;
  /** The end, or the moment judged while it is open: now, or when an open pause stopped the clock. */
  readonly endAt: number;
  /** Null when neither the law nor the portal calls it late. `evidence` names seqs and ids of `outages`. */
  readonly attribution: Attribution | null;
  /** On time by law and late by the portal's formula with everything sent: a second supplement, a pause it counts on. */
  readonly portalFormula: boolean;
  readonly outages: readonly FailedStretch[];
}

/** What made the dossier late, as things stand at `now`. */
export function latenessOf(
  dossier: LateSubject,
  entries: readonly RecordedEntry[],
  attempts: readonly Attempt[],
  context: { catalogue: Catalogue; profile: Profile; now: number },
): Lateness {
  const { catalogue, now } = context;
  const folded = foldOf(dossier, catalogue);
  const endAt = folded.endedAt ?? clockStoppedAt(folded, dossier, catalogue) ?? now;
  const outages = failedStretches(attempts, now);
  const { appointmentAt, receivedAt, ackedSeq } = dossier;
  const lateWhenAllIsSent = lateAtPortal(dossier, context);
  const lateAsSent = ackedSeq !== null && ackedSeq > 0 && lateAtPortal(upTo(dossier, ackedSeq), context);
  const attribution =
    appointmentAt === null || receivedAt === null
      ? null
      : attributeLateness(
          {
            receivedAt,
            appointmentAt,
            endAt,
            portalLate: lateAsSent && !lateWhenAllIsSent,
            waits: waitsOf(dossier, folded, catalogue, endAt),
            outages,
            entries: folded.shown.map(({ seq, at }) => ({
              entryId: String(seq),
              // Nothing could be sent before it was known here.
              occurredAt: Math.max(at, entries.find((entry) => entry.seq === seq)?.recordedAt ?? at),
              acknowledgedAt: acknowledgedAt(dossier, seq, at, attempts, now),
            })),
          },
          catalogue.calendarOf(dossier.agencyCode),
        );
  const onTimeByLaw = appointmentAt !== null && endAt <= appointmentAt;
  return { appointmentAt, endAt, attribution, portalFormula: onTimeByLaw && lateWhenAllIsSent, outages };
}

/** The dossier with nothing after a seq: as the portal knows it. */
const upTo = (dossier: LateSubject, seq: number): LateSubject => ({
  ...dossier,
  facts: dossier.facts.filter(({ n }) => n <= seq),
});

/** The verdict of the portal's formula on a dossier whose entries it has, with the appointment that goes with them. */
function lateAtPortal(
  dossier: LateSubject,
  { catalogue, profile, now }: { catalogue: Catalogue; profile: Profile; now: number },
): boolean {
  const calendar = catalogue.calendarOf(dossier.agencyCode);
  const folded = foldOf(dossier, catalogue);
  const records = folded.shown.map(({ status, reason, at }) => ({
    code: Number(coded(profile, catalogue, status, reason, at).code),
    at,
  }));
  const inForce = appointmentInForce(dossier, folded, catalogue, now)?.at ?? null;
  const appointmentAt = inForce === null ? null : portalAppointment(inForce, records, folded.endedAt ?? now, calendar);
  return !portalVerdict({ records, appointmentAt, receivedAt: dossier.receivedAt, asOf: now }, calendar).onTime;
}

/** When an entry reached the portal: not before now where it has not; at once where it did and no attempt is kept that could prove a lag. */
function acknowledgedAt(
  { ackedSeq }: LateSubject,
  seq: number,
  occurredAt: number,
  attempts: readonly Attempt[],
  now: number,
): number {
  if (ackedSeq !== null && seq > ackedSeq) return now;
  return attempts.find(({ outcome, toSeq }) => outcome === 'acknowledged' && toSeq >= seq)?.at ?? occurredAt;
}

/** From the first failed attempt of a row of them to the one that got through. */
function failedStretches(attempts: readonly Attempt[], now: number): FailedStretch[] {
  const stretches: FailedStretch[] = [];
  let open: { id: string; from: number; attempts: number } | null = null;
  for (const { id, at, outcome } of attempts) {
    const failed = outcome === 'retry' || outcome === 'unknown';
    if (failed) {
      open ??= { id: `outage-${id}`, from: at, attempts: 0 };
      open.attempts += 1;
    } else if (open && (outcome === 'acknowledged' || outcome === 'blocked')) {
      stretches.push({ ...open, to: at });
      open = null;
    }
  }
  if (open) stretches.push({ ...open, to: now });
  return stretches;
}

/** Time that was counted though others held the dossier: pauses that suspend nothing, and a transfer until the next step. */
function waitsOf(dossier: LateSubject, folded: Folded, catalogue: Catalogue, endAt: number): Wait[] {
  const procedure = catalogue.procedureAt(dossier.procedureCode, dossier.receivedAt);
  const waits: Wait[] = [];
  for (const { reason, from, to, openedBy } of folded.intervals) {
    const holder = holderOf(reason);
    if (holder === 'own-agency' || catalogue.pauseRule(procedure, reason, from).effect !== 'none') continue;
    waits.push({
      entryId: String(openedBy),
      from,
      to: to ?? endAt,
      holder: holder === 'citizen' ? 'citizen' : 'other-agency',
    });
  }
  const voided = voidedSeqs(dossier.facts);
  for (const { n, k, t } of dossier.facts) {
    if (k !== 'transfer' || voided.has(n)) continue;
    const next = dossier.facts.filter((fact) => fact.k === 'status' && !voided.has(fact.n) && fact.t > t);
    waits.push({
      entryId: String(n),
      from: t,
      to: next.length === 0 ? endAt : Math.min(...next.map((fact) => fact.t)),
      holder: 'other-agency',
    });
  }
  return waits;
}
