/** @module An entry of the timeline as it is written: what the dossier's row remembers of it, and its own row. */
import type { Channel } from './channel.ts';
import type { Obligation } from './obligations.ts';
import type { PaymentTold } from './paid.ts';
import type { AppointmentBasis, EntryBody, EntryKind, Fact, NewEntry } from './state.ts';
import type { Outcome, ReportedStatus } from './status.ts';

export interface Entry {
  readonly kind: EntryKind;
  readonly status?: ReportedStatus | null;
  readonly reason?: string | null;
  readonly outcome?: Outcome | null;
  readonly obligations?: readonly Obligation[] | null;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly source: string;
  readonly eventId: string;
  readonly digest?: string;
  readonly appointment?: { at: number; basis: AppointmentBasis } | null;
  readonly voids?: number;
  readonly payment?: PaymentTold;
  /** The destination at which it was only seen, as the fact has it. */
  readonly seenAt?: string | null;
  readonly channel?: Channel;
  readonly body?: EntryBody | null;
}

/** The appointment that the gateway itself has counted; `cause` is a seq, or the change of a calendar or catalogue. */
export function countedAppointment(
  dossierId: number,
  seq: number,
  counted: { previous: number | null; at: number; cause: number | string; ruleVersion: number; now: number },
): Entry {
  const { previous, at, cause, ruleVersion, now } = counted;
  return {
    kind: 'appointment',
    at: now,
    source: 'gateway',
    eventId: `${dossierId}:appointment:${seq}`,
    appointment: { at, basis: 'computed' },
    body: { previous, cause, ruleVersion },
  };
}

export function factOf(seq: number, entry: Entry): Fact {
  return {
    n: seq,
    k: entry.kind,
    t: entry.at,
    s: entry.source,
    e: entry.eventId,
    d: entry.digest ?? '',
    ...(entry.status ? { st: entry.status } : {}),
    ...(entry.reason ? { r: entry.reason } : {}),
    ...(entry.outcome ? { o: entry.outcome } : {}),
    ...(entry.obligations ? { g: entry.obligations } : {}),
    ...(entry.appointment ? { a: entry.appointment.at, b: entry.appointment.basis } : {}),
    ...(entry.voids === undefined ? {} : { v: entry.voids }),
    ...(entry.payment === undefined ? {} : { p: entry.payment }),
    ...(entry.seenAt ? { w: entry.seenAt } : {}),
    ...(entry.channel === undefined ? {} : { c: entry.channel }),
  };
}

export function rowOf(dossierId: number, seq: number, entry: Entry, lateReported: boolean): NewEntry {
  return {
    dossierId,
    seq,
    kind: entry.kind,
    status: entry.status ?? null,
    pauseReason: entry.reason ?? null,
    occurredAt: entry.at,
    source: entry.source,
    eventId: entry.eventId,
    digest: entry.digest ?? '',
    lateReported,
    body: entry.appointment
      ? { ...entry.body, appointmentAt: entry.appointment.at, basis: entry.appointment.basis }
      : (entry.body ?? null),
  };
}
