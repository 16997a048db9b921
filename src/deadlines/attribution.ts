/**
 * @module Why a dossier is late: one cause, with the events that prove it.
 *
 * The test is "but for": a cause is named when, without the office time it took, the dossier would have been on time.
 */

import { MINUTE } from '../units.ts';
import { type Calendar, wholeMinutes } from './calendar.ts';
import { type Span, uniteSpans, workingMsOf } from './suspended.ts';

export type LateCause = 'sync-lag' | 'upstream-outage' | 'waiting-for-citizen' | 'other-agency' | 'officer';

/** Time that was counted against the dossier though others held it: a pause that suspends nothing, a transfer. */
export interface Wait extends Span {
  entryId: string;
  holder: 'citizen' | 'other-agency';
}

/** An upstream (ministry system, portal) out of service. */
export interface Outage extends Span {
  id: string;
}

/** An entry of the timeline and when the portal took it; null: not yet. */
export interface SyncedEntry {
  entryId: string;
  occurredAt: number;
  acknowledgedAt: number | null;
}

export interface LateDossier {
  receivedAt: number;
  /** The appointment in force by law. */
  appointmentAt: number;
  /** The end, or the moment judged while it is open. */
  endAt: number;
  /** The portal calls it late. */
  portalLate: boolean;
  /** Pauses and transfers whose time was counted; suspended ones are no cause. */
  waits: readonly Wait[];
  outages: readonly Outage[];
  entries: readonly SyncedEntry[];
  /** How long an entry may take to the portal before it is a lag; in ms, ten minutes by default. */
  syncWithin?: number;
}

export interface Attribution {
  cause: LateCause;
  /** Office minutes past the appointment; 0 when only the portal calls it late. */
  overdueMinutes: number;
  /** Office minutes that the named cause took; for sync lag and officers those past the appointment. */
  causeMinutes: number;
  /** Entries and outages that prove it; empty for `officer`, which is what remains. */
  evidence: readonly string[];
}

/**
 * The cause of a late dossier; null when neither the law nor the portal calls it late.
 *
 * On time by law but late at the portal: entries that came late or not at all (`sync-lag`), or `upstream-outage` when
 * each of those was late because of an outage. Late by law: the longest of outages, waits for the citizen and waits for
 * another agency that by itself covers the time overdue; else `officer`.
 */
export function attributeLateness(dossier: LateDossier, calendar: Calendar): Attribution | null {
  const { appointmentAt, endAt, portalLate } = dossier;
  if (endAt > appointmentAt) return attributeOverdue(dossier, calendar);
  return portalLate ? attributeLag(dossier) : null;
}

function attributeLag({ entries, outages, endAt, syncWithin = 10 * MINUTE }: LateDossier): Attribution {
  const lagging = entries.filter(
    ({ occurredAt, acknowledgedAt }) => acknowledgedAt === null || acknowledgedAt - occurredAt > syncWithin,
  );
  const coveringOutage = ({ occurredAt, acknowledgedAt }: SyncedEntry) =>
    outages.find(({ from, to }) => from <= (acknowledgedAt ?? endAt) && to >= occurredAt);
  const covering = lagging.map(coveringOutage);
  const outageIds = covering.flatMap((outage) => (outage === undefined ? [] : [outage.id]));
  const isOutage = lagging.length > 0 && outageIds.length === lagging.length;
  return {
    cause: isOutage ? 'upstream-outage' : 'sync-lag',
    overdueMinutes: 0,
    causeMinutes: 0,
    evidence: [...lagging.map(({ entryId }) => entryId), ...(isOutage ? new Set(outageIds) : [])],
  };
}

function attributeOverdue(dossier: LateDossier, calendar: Calendar): Attribution {
  const { receivedAt, appointmentAt, endAt, waits, outages } = dossier;
  const overdueMs = calendar.workingMsBetween(appointmentAt, endAt);
  const candidates: { cause: LateCause; spans: readonly (Span & { id: string })[] }[] = [
    { cause: 'upstream-outage', spans: outages },
    { cause: 'waiting-for-citizen', spans: heldBy('citizen') },
    { cause: 'other-agency', spans: heldBy('other-agency') },
  ];
  let best: Attribution = {
    cause: 'officer',
    overdueMinutes: wholeMinutes(overdueMs),
    causeMinutes: wholeMinutes(overdueMs),
    evidence: [],
  };
  let bestMs = 0;
  for (const { cause, spans } of candidates) {
    const within = spans
      .map(({ id, from, to }) => ({ id, from: Math.max(from, receivedAt), to: Math.min(to, endAt) }))
      .filter(({ from, to }) => from < to);
    const tookMs = workingMsOf(uniteSpans(within.map(({ from, to }) => ({ from, to }))), calendar);
    if (tookMs < overdueMs || tookMs <= bestMs) continue;
    bestMs = tookMs;
    best = { ...best, cause, causeMinutes: wholeMinutes(tookMs), evidence: within.map(({ id }) => id) };
  }
  return best;

  function heldBy(holder: Wait['holder']): (Span & { id: string })[] {
    return waits.filter((wait) => wait.holder === holder).map(({ entryId, from, to }) => ({ id: entryId, from, to }));
  }
}
