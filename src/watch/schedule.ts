/**
 * @module From a dossier's entries to the times at which each alert about it begins and ends, if nothing more happens.
 *
 * No clock is asked: the same windows tell what stands now, what no longer does, and when to look again.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Calendar } from '../deadlines/calendar.ts';
import { dayOf, startOfDay } from '../deadlines/local-time.ts';
import { clockStoppedAt } from '../dossiers/appointment.ts';
import type { Folded } from '../dossiers/fold.ts';
import { foldOf } from '../dossiers/folded.ts';
import { type Fact, voidedSeqs } from '../dossiers/state.ts';
import { pauseKind } from '../dossiers/status.ts';
import { holderOf } from './holder.ts';
import { type AlertRule, type AlertRules, type DossierAlert, limitReached } from './rules.ts';

/** What is watched of an open dossier. */
export interface WatchedDossier {
  readonly id: number;
  readonly procedureCode: string | null;
  readonly agencyCode: string | null;
  readonly facts: readonly Fact[];
  readonly submittedAt: number | null;
  readonly receivedAt: number | null;
  readonly appointmentAt: number | null;
}

/** One rung: it stands from `from` (included) to `until` (not included; null: until something happens). */
export interface Rung {
  readonly kind: DossierAlert;
  /** Tells this occasion from another of the same kind; a rung is raised once for it. */
  readonly key: string;
  readonly from: number;
  readonly until: number | null;
  /** What is worth showing: instants in epoch ms, words of the catalogues. No personal data. */
  readonly detail: Readonly<Record<string, number | string | null>>;
}

/** Every rung of an open dossier, past and to come. */
export function scheduleOf(dossier: WatchedDossier, rules: AlertRules, catalogue: Catalogue): Rung[] {
  const folded = foldOf(dossier, catalogue);
  if (folded.endedAt !== null) return [];
  const calendar = catalogue.calendarOf(dossier.agencyCode);
  const voided = voidedSeqs(dossier.facts);
  const facts = dossier.facts.filter(({ n, k }) => !voided.has(n) && k !== 'void' && k !== 'claim');
  const rungs: Rung[] = [];
  const add = (
    kind: DossierAlert,
    key: number | string,
    window: (rule: AlertRule) => { from: number; until?: number | null; detail?: Rung['detail'] },
  ): void => {
    const rule = rules.get(kind);
    if (!rule?.watched) return;
    const { from, until = null, detail = {} } = window(rule);
    if (until === null || from < until) rungs.push({ kind, key: `${dossier.id}:${key}`, from, until, detail });
  };
  const context: Context = { dossier, folded, calendar, catalogue, facts, rules, add };
  acceptance(context);
  deadline(context);
  pause(context);
  resumed(context);
  answer(context);
  return rungs;
}

/** Whether a rung stands at an instant. */
export const stands = ({ from, until }: Rung, now: number): boolean => from <= now && (until === null || now < until);

/** The next instant at which a rung begins or ends; null when none will by itself. */
export function nextChange(rungs: readonly Rung[], now: number): number | null {
  let next: number | null = null;
  for (const { from, until } of rungs)
    for (const at of [from, until]) if (at !== null && at > now && (next === null || at < next)) next = at;
  return next;
}

interface Context {
  readonly dossier: WatchedDossier;
  readonly folded: Folded;
  readonly calendar: Calendar;
  readonly catalogue: Catalogue;
  /** Without those taken back. */
  readonly facts: readonly Fact[];
  readonly rules: AlertRules;
  add(
    kind: DossierAlert,
    key: number | string,
    window: (rule: AlertRule) => { from: number; until?: number | null; detail?: Rung['detail'] },
  ): void;
}

/** A dossier submitted online is checked within 8 working hours; its officer is told after 2. */
function acceptance({ dossier: { submittedAt }, folded, calendar, rules, add }: Context): void {
  if (folded.status !== 'submitted' || submittedAt === null) return;
  const detail = { submittedAt };
  const late = rules.get('not-accepted');
  add('awaiting-acceptance', submittedAt, (rule) => ({
    from: limitReached(rule, submittedAt, calendar),
    until: late?.watched ? limitReached(late, submittedAt, calendar) : null,
    detail,
  }));
  add('not-accepted', submittedAt, (rule) => ({ from: limitReached(rule, submittedAt, calendar), detail }));
}

/**
 * Due soon, due today, overdue, and the apology that is owed (form 04: at least one working day before the due date,
 * once). While a pause stops the clock nothing is due; what was overdue before it stays so.
 */
function deadline({ dossier: { appointmentAt }, folded, calendar, catalogue, facts, dossier, add }: Context): void {
  const apologies = facts.filter(({ b }) => b === 'form-04');
  const second = apologies.toSorted((a, b) => a.t - b.t)[1];
  if (second) add('extension-repeated', second.n, () => ({ from: second.t, detail: { seq: second.n } }));
  if (appointmentAt === null || folded.status === 'submitted') return;

  const stopped = clockStoppedAt(folded, dossier, catalogue);
  const day = dueDay(appointmentAt);
  const detail = { appointmentAt };
  if (stopped === null) {
    add('due-soon', appointmentAt, ({ limit }) => ({
      from: startOfDay(calendar.addWorkingDays(day, -Math.ceil(limit?.amount ?? 1))),
      until: startOfDay(day),
      detail,
    }));
    add('due-today', appointmentAt, () => ({ from: startOfDay(day), until: appointmentAt + 1, detail }));
  } else if (stopped <= appointmentAt) return;
  // What ends at the appointment itself is on time.
  add('overdue', appointmentAt, () => ({ from: appointmentAt + 1, detail }));
  if (apologies.length === 0)
    add('apology-owed', appointmentAt, ({ limit }) => ({
      from: startOfDay(calendar.addWorkingDays(day, -Math.ceil(limit?.amount ?? 1))),
      detail,
    }));
}

/** The pause that the dossier shows: too long for its reason, or a supplement that does not come. */
function pause({ folded, calendar, add }: Context): void {
  const [shown] = folded.pauses;
  if (!shown) return;
  const { reason, from: since, openedBy } = shown;
  const detail = { reason, since, holder: holderOf(reason) };
  add('paused-too-long', openedBy, (rule) => ({ from: limitReached(rule, since, calendar, reason), detail }));
  // Closing is suggested, never done: a person decides (domain.md, "Pause reasons").
  if (pauseKind(reason) === 'supplement')
    add('close-suggested', openedBy, (rule) => ({ from: limitReached(rule, since, calendar, reason), detail }));
}

/** Resumed, and since then nobody has done a step. */
function resumed({ folded, calendar, facts, add }: Context): void {
  if (folded.status !== 'processing') return;
  const last = folded.intervals.reduce<{ at: number; seq: number } | null>(
    (latest, { to, closedBy }) =>
      to !== null && closedBy !== null && (latest === null || to >= latest.at) ? { at: to, seq: closedBy } : latest,
    null,
  );
  if (last === null) return;
  const { at, seq } = last;
  const step = facts.some(({ n, t, s }) => n !== seq && s !== 'gateway' && (t > at || n > seq));
  if (!step) add('forgotten', seq, (rule) => ({ from: limitReached(rule, at, calendar), detail: { resumedAt: at } }));
}

/**
 * Handed over, and no word from the other side within 2 working hours (NĐ 63/2024). Handed over is a dossier transferred
 * to another agency, answered by any status after it; and one accepted under a procedure that a ministry's system
 * resolves (it may end it), answered by any entry of such a system. A pause at our own side asks nobody for an answer.
 */
function answer({ dossier, folded, calendar, catalogue, facts, add }: Context): void {
  if (folded.status === 'submitted' || folded.status === 'paused') return;
  const transfer = facts.findLast(({ k }) => k === 'transfer');
  if (
    transfer &&
    !facts.some(({ n, k, t, s }) => k === 'status' && s !== 'gateway' && n > transfer.n && t >= transfer.t)
  )
    add('no-answer', transfer.n, (rule) => ({
      from: limitReached(rule, transfer.t, calendar),
      detail: { handedOverAt: transfer.t, to: null },
    }));

  const acceptedAt = dossier.receivedAt;
  const procedure = catalogue.procedureAt(dossier.procedureCode, acceptedAt);
  const systems = procedure?.mayEnd?.filter((source) => source !== 'igate') ?? [];
  if (acceptedAt === null || systems.length === 0 || facts.some(({ s }) => systems.includes(s))) return;
  add('no-answer', 'accepted', (rule) => ({
    from: limitReached(rule, acceptedAt, calendar),
    detail: { handedOverAt: acceptedAt, to: systems.join(' ') },
  }));
}

/** The last day of an appointment; one at 24:00 belongs to the day that ends then. */
function dueDay(appointment: number): number {
  const day = dayOf(appointment);
  return appointment === startOfDay(day) ? day - 1 : day;
}
