/**
 * @module Pauses, endings and apologies that look as if they saved a deadline: flags for people.
 *
 * A flag changes no date and stops no delivery; each carries the facts that raised it.
 */

import type { Calendar } from './calendar.ts';
import { dayOf, startOfDay } from './local-time.ts';

/** A pause as it was reported; instants are epoch ms. */
export interface ReportedPause {
  entryId: string;
  reason: string;
  occurredAt: number;
  recordedAt: number;
  /** The appointment in force just before it; null where there was none. */
  appointmentBefore: number | null;
  /** The procedure asks a document for it. */
  needsDocument: boolean;
  hasDocument: boolean;
  hasLegalBasis: boolean;
}

/** A withdrawal, refusal, rejection, return or stop. */
export interface ReportedEnding {
  entryId: string;
  kind: 'withdrawn' | 'refused' | 'rejected' | 'sent-back' | 'stopped';
  occurredAt: number;
  appointmentBefore: number | null;
}

/** An apology with a new date (form 04). */
export interface ReportedApology {
  entryId: string;
  occurredAt: number;
  appointmentBefore: number | null;
}

export type MisuseKind =
  | 'back-dated'
  | 'last-day'
  | 'after-due'
  | 'undocumented'
  | 'without-legal-basis'
  | 'repeated'
  | 'ended-near-due'
  | 'apology-repeated'
  | 'apology-late';

export interface MisuseFlag {
  kind: MisuseKind;
  entryId: string;
  /** The facts, by name: instants in epoch ms, or the entry that it repeats. */
  facts: Readonly<Record<string, number | string>>;
}

/** Whether a pause was recorded more than one working day after it could have been. Times are epoch ms. */
export function isBackDated(
  pause: { readonly occurredAt: number; readonly recordedAt: number; readonly firstRegisteredAt: number },
  calendar: Calendar,
): boolean {
  const reportable = Math.max(pause.occurredAt, pause.firstRegisteredAt);
  return (
    pause.recordedAt > reportable && calendar.workingMinutesBetween(reportable, pause.recordedAt) > calendar.dayMinutes
  );
}

/**
 * Flags the pauses of one dossier, in order of their time.
 *
 * `back-dated`: recorded more than one working day after the later of its own time and `firstRegisteredAt` (the
 * dossier's first registration here). `repeated`: a second pause of one family (supplement, financial obligation, or
 * the same reason): a supplement is asked once (NĐ 61/2018 art. 19).
 */
export function flagPauses(
  pauses: readonly ReportedPause[],
  firstRegisteredAt: number,
  calendar: Calendar,
): MisuseFlag[] {
  const flags: MisuseFlag[] = [];
  const firstOfFamily = new Map<string, string>();
  for (const pause of pauses.toSorted((a, b) => a.occurredAt - b.occurredAt)) {
    const raise = (kind: MisuseKind, facts: MisuseFlag['facts']) => flags.push({ kind, entryId: pause.entryId, facts });
    const { occurredAt, recordedAt, appointmentBefore } = pause;

    if (isBackDated({ occurredAt, recordedAt, firstRegisteredAt }, calendar)) {
      raise('back-dated', { occurredAt, recordedAt, firstRegisteredAt });
    }
    if (appointmentBefore !== null && occurredAt > appointmentBefore) {
      raise('after-due', { occurredAt, appointmentBefore });
    } else if (appointmentBefore !== null && dayOf(occurredAt) === dueDay(appointmentBefore)) {
      raise('last-day', { occurredAt, appointmentBefore });
    }
    if (pause.needsDocument && !pause.hasDocument) raise('undocumented', { occurredAt });
    if (!pause.hasLegalBasis) raise('without-legal-basis', { reason: pause.reason });

    const family = familyOf(pause.reason);
    const first = firstOfFamily.get(family);
    if (first === undefined) firstOfFamily.set(family, pause.entryId);
    else raise('repeated', { family, firstEntryId: first });
  }
  return flags;
}

/** Flags endings without a result from one working day before the due date on. */
export function flagEndings(endings: readonly ReportedEnding[], calendar: Calendar): MisuseFlag[] {
  const flags: MisuseFlag[] = [];
  for (const { entryId, kind, occurredAt, appointmentBefore } of endings) {
    if (appointmentBefore === null) continue;
    if (calendar.workingMinutesBetween(occurredAt, appointmentBefore) > calendar.dayMinutes) continue;
    flags.push({ kind: 'ended-near-due', entryId, facts: { ending: kind, occurredAt, appointmentBefore } });
  }
  return flags;
}

/** Flags apologies after the first, and those given less than one working day before the due date. */
export function flagApologies(apologies: readonly ReportedApology[], calendar: Calendar): MisuseFlag[] {
  const flags: MisuseFlag[] = [];
  const ordered = apologies.toSorted((a, b) => a.occurredAt - b.occurredAt);
  for (const [n, { entryId, occurredAt, appointmentBefore }] of ordered.entries()) {
    if (n > 0) flags.push({ kind: 'apology-repeated', entryId, facts: { firstEntryId: ordered[0]!.entryId } });
    if (appointmentBefore === null) continue;
    if (calendar.workingMinutesBetween(occurredAt, appointmentBefore) < calendar.dayMinutes) {
      flags.push({ kind: 'apology-late', entryId, facts: { occurredAt, appointmentBefore } });
    }
  }
  return flags;
}

/** The last day of an appointment; one at 24:00 belongs to the day that ends then. */
function dueDay(appointment: number): number {
  const day = dayOf(appointment);
  return appointment === startOfDay(day) ? day - 1 : day;
}

function familyOf(reason: string): string {
  if (reason.startsWith('supplement')) return 'supplement';
  if (reason === 'tax-determination' || reason === 'citizen-payment') return 'financial-obligation';
  return reason;
}
