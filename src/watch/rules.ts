/** @module What each kind of alert waits for, and to whom it goes while nobody acknowledges it: data that operators edit. */
import { z } from 'zod';
import { SUSPICIONS } from '../audit/suspicions.ts';
import type { Calendar } from '../deadlines/calendar.ts';
import { PAUSE_REASONS } from '../dossiers/status.ts';
import { MINUTE } from '../units.ts';

/** Alerts about one dossier, which follow from its entries and the time. */
export const DOSSIER_ALERTS = [
  'awaiting-acceptance',
  'not-accepted',
  'due-soon',
  'due-today',
  'overdue',
  'apology-owed',
  'extension-repeated',
  'paused-too-long',
  'close-suggested',
  'forgotten',
  'no-answer',
] as const;
export type DossierAlert = (typeof DOSSIER_ALERTS)[number];

/** Beside them, those about the delivery of a dossier, about a source, a subscriber, an incident, a client, a certificate, a side’s catalogue, and what officers read. */
export const ALERT_KINDS = [
  ...DOSSIER_ALERTS,
  'sync-late',
  'other-writer',
  'clock-offset',
  'subscription-paused',
  'subscription-disabled',
  'client-expiring',
  'certificate-expiring',
  'incident-answer-late',
  'catalogue-differs',
  ...SUSPICIONS,
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Cán bộ → người đứng đầu bộ phận → văn phòng Ủy ban nhân dân. */
export const ROLES = ['officer', 'head-of-unit', 'committee-office'] as const;
export type Role = (typeof ROLES)[number];

export const alertRule = z.strictObject({
  kind: z.enum(ALERT_KINDS),
  /** `false`: no longer raised; what is open is cleared. */
  watched: z.boolean().default(true),
  /** null where the kind needs none. */
  limit: z
    .strictObject({ amount: z.number().positive().max(1000), unit: z.enum(['working-day', 'working-hour', 'minute']) })
    .nullable(),
  /** Other amounts, in the limit's unit, for pauses of some reasons. */
  byReason: z.partialRecord(z.enum(PAUSE_REASONS as [string, ...string[]]), z.number().positive().max(1000)).optional(),
  /** The officer is told first; each step follows so many working hours after the alert was raised. */
  escalation: z.array(z.strictObject({ afterWorkingHours: z.number().positive().max(1000), to: z.enum(ROLES) })),
});
export type AlertRule = z.output<typeof alertRule>;
export type AlertRules = ReadonlyMap<AlertKind, AlertRule>;

/** The instant at which a rule's limit, counted from `from`, is used up; for the reason's own amount where it has one. */
export function limitReached(rule: AlertRule, from: number, calendar: Calendar, reason?: string): number {
  const { limit } = rule;
  if (limit === null) return from;
  const amount = (reason === undefined ? undefined : rule.byReason?.[reason]) ?? limit.amount;
  if (limit.unit === 'minute') return from + amount * MINUTE;
  return calendar.addWorkingMinutes(from, amount * (limit.unit === 'working-day' ? calendar.dayMinutes : 60));
}

/** Who is to act on an alert now; nobody above while somebody has acknowledged it or its reason is gone. */
export function levelOf(
  alert: { raisedAt: number; acknowledgedAt: number | null; clearedAt: number | null },
  rule: AlertRule | undefined,
  calendar: Calendar,
  now: number,
): { level: number; role: Role } {
  const until = Math.min(alert.acknowledgedAt ?? now, alert.clearedAt ?? now);
  const waited = calendar.workingMinutesBetween(alert.raisedAt, until);
  const steps = (rule?.escalation ?? []).filter(({ afterWorkingHours }) => waited >= afterWorkingHours * 60);
  return { level: steps.length, role: steps.at(-1)?.to ?? 'officer' };
}
