/** @module A dossier, its timeline, deadline and sync as the API answers them. */
import { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Calendar } from '../deadlines/calendar.ts';
import { computeDeadline } from '../deadlines/compute.ts';
import { explain } from '../deadlines/explain.ts';
import { rfc3339 } from '../http/answer.ts';
import { comparedAnswer, toComparedAnswer } from '../observing/answers.ts';
import type { ComparedRow } from '../observing/read-store.ts';
import { MODES, type Mode } from '../sync/policy.ts';
import { FINDINGS } from '../verification/store.ts';
import { deadlineInput } from './appointment.ts';
import { foldOf } from './folded.ts';
import type { DossierRecord, SyncRow, TimelineRow } from './read-store.ts';
import { APPOINTMENT_BASES, dossierPatch } from './shape.ts';
import { pauseKind } from './status.ts';

const { reason: _reason, ...parts } = dossierPatch.shape;
const time = z.string();

const clockAnswer = z.object({
  appointmentAt: time.nullable(),
  basis: z.enum(APPOINTMENT_BASES).nullable(),
  ours: time.nullable(),
  suspendedWorkingMinutes: z.number(),
  provisional: z.boolean(),
  remainingWorkingMinutes: z.number().nullable(),
});

export const dossierAnswer = z.object({
  code: z.string().nullable(),
  ...parts,
  aliases: z.array(z.object({ system: z.string(), code: z.string() })),
  status: z.string(),
  pauseReason: z.string().nullable(),
  pauses: z.array(
    z.object({
      source: z.string(),
      reason: z.string(),
      since: time,
      legalBasis: z.string().nullable(),
      effect: z.string(),
    }),
  ),
  headSeq: z.int(),
  outcome: z.string().nullable(),
  incomplete: z.boolean(),
  supersededBy: z.string().nullable(),
  notes: z.array(z.string()),
  verification: z
    .object({
      finding: z.enum(FINDINGS).nullable(),
      words: z.string().nullable(),
      checkedAt: time.nullable(),
      nextAt: time.nullable(),
    })
    .nullable()
    .meta({ description: 'What came of verifying `unverified` so far; `contradicted` waits for a correction' }),
  clock: clockAnswer,
});

/** The dossier with what the fold and the clock say of it now. */
export function toDossierAnswer(
  record: DossierRecord,
  catalogue: Catalogue,
  now: number,
): z.input<typeof dossierAnswer> {
  const folded = foldOf(record, catalogue);
  const procedure = catalogue.procedureAt(record.procedureCode, record.receivedAt);
  const input = deadlineInput(record, folded, catalogue, now, 'now');
  const calendar = catalogue.calendarOf(record.agencyCode);
  const deadline = input ? computeDeadline(input, calendar) : null;
  const notes: string[] = [];
  if (record.procedureCode !== null && procedure === null) notes.push('procedure-unknown');
  if (record.agencyCode !== null && catalogue.agency(record.agencyCode) === null) notes.push('agency-unknown');
  if (deadline?.byPortal.formulaLate) notes.push('portal-formula');
  else if (folded.intervals.some(({ reason }) => pauseKind(reason) === 'supplement'))
    notes.push('second-supplement-late-at-portal');
  return {
    ...record.fields,
    code: record.code,
    origin: record.origin as 'igate',
    aliases: record.aliases,
    status: folded.status,
    pauseReason: folded.pauseReason,
    pauses: folded.pauses.map(({ source, reason, from }) => ({
      source,
      reason,
      since: rfc3339(from),
      ...catalogue.pauseRule(procedure, reason, from),
    })),
    headSeq: record.headSeq,
    verification: record.verification && {
      ...record.verification,
      checkedAt: rfc3339(record.verification.checkedAt),
      nextAt: rfc3339(record.verification.nextAt),
    },
    outcome: folded.outcome,
    incomplete: record.incomplete,
    supersededBy: record.supersededByCode,
    notes,
    clock: {
      appointmentAt: rfc3339(record.appointmentAt),
      basis: (record.appointmentBasis as 'slip' | null) ?? null,
      ours: rfc3339(deadline?.ours ?? null),
      suspendedWorkingMinutes: deadline?.suspendedWorkingMinutes ?? 0,
      provisional: deadline?.provisional ?? true,
      remainingWorkingMinutes:
        record.appointmentAt === null ? null : calendar.workingMinutesBetween(now, record.appointmentAt),
    },
  };
}

export const timelineAnswer = z.object({
  events: z.array(
    z.object({
      seq: z.int(),
      type: z.string(),
      status: z.string().nullable(),
      pauseReason: z.string().nullable(),
      occurredAt: time,
      recordedAt: time,
      source: z.string(),
      eventId: z.string(),
      effect: z.boolean(),
      withoutEffectBecause: z.string().nullable(),
      lateReported: z.boolean(),
      appointmentAt: time.nullable(),
      officer: z.looseObject({}).nullable(),
      note: z.string().nullable(),
      details: z.looseObject({}).nullable(),
    }),
  ),
});

/** The timeline by seq; whether an entry has effect is the fold's to say, now. */
export function toTimelineAnswer(
  record: DossierRecord,
  rows: readonly TimelineRow[],
  catalogue: Catalogue,
): z.input<typeof timelineAnswer> {
  const folded = foldOf(record, catalogue);
  return {
    events: rows.map((row) => {
      const why = folded.withoutEffect.get(row.seq) ?? null;
      const { officer = null, note = null, reasonText = null, appointmentAt = null, ...details } = row.body ?? {};
      return {
        seq: row.seq,
        type: row.kind,
        status: row.status,
        pauseReason: row.pauseReason,
        occurredAt: rfc3339(row.occurredAt),
        recordedAt: rfc3339(row.recordedAt),
        source: row.source,
        eventId: row.eventId,
        effect: why === null,
        withoutEffectBecause: why,
        lateReported: row.lateReported,
        appointmentAt: typeof appointmentAt === 'number' ? rfc3339(appointmentAt) : null,
        officer: isObject(officer) ? officer : null,
        note: typeof note === 'string' ? note : typeof reasonText === 'string' ? reasonText : null,
        details: Object.keys(details).length > 0 ? details : null,
      };
    }),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

export const deadlineAnswer = z.object({
  startsAt: time.nullable(),
  appointmentAt: time.nullable(),
  absentBecause: z.string().nullable(),
  limit: z.object({ amount: z.number(), unit: z.string() }).nullable(),
  decided: z.object({ by: z.string(), decision: z.string().nullable() }).nullable(),
  basis: z.string().nullable(),
  provisional: z.boolean(),
  suspendedWorkingMinutes: z.number(),
  remainingWorkingMinutes: z.number().nullable(),
  ours: time.nullable(),
  byPortal: z.object({
    appointmentAt: time.nullable(),
    subtractedMinutes: z.number(),
    formulaLate: z.boolean(),
    difference: z.object({ name: z.string(), minutes: z.number() }).nullable(),
  }),
  difference: z.object({ name: z.string(), minutes: z.number() }).nullable(),
  documented: z.array(z.object({ at: time, from: time, basis: z.string() })),
  ledger: z.object({
    budgetMinutes: z.number().nullable(),
    consumedMinutes: z.number(),
    movedMinutes: z.number(),
    movedBy: z.string(),
    restarts: z.array(time),
    suspensions: z.array(
      z.object({ from: time, to: time.nullable(), reason: z.string(), effect: z.string(), workingMinutes: z.number() }),
    ),
  }),
  steps: z.array(z.object({ n: z.int(), vi: z.string(), en: z.string() })),
});

/** The clock's whole answer for one input. */
export function toDeadlineAnswer(
  input: Parameters<typeof computeDeadline>[0],
  calendar: Calendar,
): z.input<typeof deadlineAnswer> {
  const deadline = computeDeadline(input, calendar);
  const { ledger, byPortal } = deadline;
  return {
    startsAt: rfc3339(deadline.startsAt),
    appointmentAt: rfc3339(deadline.appointmentAt),
    absentBecause: deadline.absentBecause,
    limit: input.limit,
    decided: input.decided ?? null,
    basis: deadline.appointmentAt === null ? null : deadline.basis,
    provisional: deadline.provisional,
    suspendedWorkingMinutes: deadline.suspendedWorkingMinutes,
    remainingWorkingMinutes: deadline.remainingWorkingMinutes,
    ours: rfc3339(deadline.ours),
    byPortal: { ...byPortal, appointmentAt: rfc3339(byPortal.appointmentAt) },
    difference: deadline.difference,
    documented: (input.documented ?? []).map(({ at, from, basis }) => ({
      at: rfc3339(at),
      from: rfc3339(from),
      basis,
    })),
    ledger: {
      budgetMinutes: ledger.budgetMinutes,
      consumedMinutes: ledger.consumedMinutes,
      movedMinutes: ledger.movedMinutes,
      movedBy: ledger.movedBy,
      restarts: ledger.restarts.map((at) => rfc3339(at)),
      suspensions: ledger.suspensions.map(({ from, to, reason, effect, workingMinutes }) => ({
        from: rfc3339(from),
        to: rfc3339(to),
        reason,
        effect,
        workingMinutes,
      })),
    },
    steps: explain(input, deadline, calendar),
  };
}

export const syncAnswer = z.object({
  destinations: z.array(
    z.object({
      name: z.string(),
      mode: z.enum(MODES),
      ackedSeq: z.int(),
      headSeq: z.int(),
      sentSeqs: z.array(z.int()),
      state: z.enum(['in-step', 'behind', 'retrying', 'blocked', 'held', 'unverified', 'observing']),
      attempts: z.int(),
      nextAttemptAt: time.nullable(),
      blockedReason: z.string().nullable(),
      lastError: z.string().nullable(),
      seenAt: time.nullable(),
      seenStatus: z.string().nullable(),
      seenAppointmentAt: time.nullable(),
      comparison: comparedAnswer.nullable().meta({ description: 'Of a dossier that is compared' }),
    }),
  ),
});

/** What each destination has; a dossier whose identity is not confirmed is held at all of them. */
export function toSyncAnswer(
  record: DossierRecord,
  rows: readonly SyncRow[],
  destinations: readonly { readonly name: string; readonly mode: Mode }[],
  compared: ReadonlyMap<string, ComparedRow | null>,
): z.input<typeof syncAnswer> {
  return {
    destinations: destinations.map(({ name, mode: otherwise }) => {
      const row = rows.find((candidate) => candidate.name === name);
      const mode = row?.mode ?? otherwise;
      const found = compared.get(name) ?? null;
      return {
        name,
        mode,
        ackedSeq: row?.ackedSeq ?? 0,
        headSeq: record.headSeq,
        sentSeqs: row?.sentSeqs ?? [],
        state:
          row === undefined || record.incomplete
            ? ('held' as const)
            : mode !== 'send'
              ? ('observing' as const)
              : stateOf(row),
        attempts: row?.attempts ?? 0,
        nextAttemptAt: rfc3339(row?.nextAttemptAt ?? null),
        blockedReason: row?.blockedReason ?? null,
        lastError: row?.lastError ?? null,
        seenAt: rfc3339(row?.seenAt ?? null),
        seenStatus: row?.seenStatus ?? null,
        seenAppointmentAt: rfc3339(row?.seenAppointmentAt ?? null),
        comparison: found ? toComparedAnswer(found) : null,
      };
    }),
  };
}

function stateOf(row: SyncRow): 'in-step' | 'behind' | 'retrying' | 'blocked' | 'unverified' {
  if (row.blockedReason !== null) return 'blocked';
  if (row.ackedSeq >= row.headSeq) return row.unverified ? 'unverified' : 'in-step';
  return row.attempts > 0 || row.unknownSince !== null ? 'retrying' : 'behind';
}
