/** @module The dossier and the event as integrators send them: zod schemas of api.md, "Shapes that others rely on". */
import { z } from 'zod';
import { personal } from '../access/personal-data.ts';
import {
  AGENCY_FORM,
  agencyFault,
  DOSSIER_FORM,
  dossierCodeFault,
  type Fault,
  PROCEDURE_FORM,
  personalIdFault,
  procedureFault,
} from './identifiers.ts';
import { OUTCOMES, PAUSE_REASONS, STATUSES } from './status.ts';
import { UNVERIFIABLE } from './unverified.ts';

/** A text with a check of its own, which says what is wrong in both languages. */
export const explained = (fault: (value: string) => Fault) =>
  z
    .string()
    .max(100, { abort: true })
    .check((ctx) => {
      const found = fault(ctx.value);
      if (found) ctx.issues.push({ code: 'custom', params: found, input: ctx.value });
    });

export const agencyCode = explained(agencyFault).meta({ ...AGENCY_FORM, example: 'H15.50' });
export const procedureCode = explained(procedureFault).meta({ ...PROCEDURE_FORM, example: '1.005129' });
export const dossierCode = explained(dossierCodeFault).meta({ ...DOSSIER_FORM, example: 'H15.50-260310-0001' });

/** RFC 3339 with an offset: a time without one is nobody's. */
export const instant = z.iso.datetime({ offset: true });
export const day = z.iso.date();

const short = z.string().min(1).max(200);
const code = z.string().min(1).max(100);

export const CHANNELS = ['counter', 'online', 'post'] as const;
export const ORIGINS = ['igate', 'portal', 'ministry', 'coordination'] as const;
export type Origin = (typeof ORIGINS)[number];
export const APPLICANT_KINDS = ['citizen', 'enterprise', 'household', 'state-body', 'organisation'] as const;

export const applicant = z
  .strictObject({
    kind: z.enum(APPLICANT_KINDS),
    name: personal('name', z.string().min(1).max(500)),
    personalId: personal('identity-number', z.string().max(20).nullish()),
    enterpriseCode: z.string().max(20).nullish(),
    birthDate: personal('birth', day.nullish()),
    sex: personal('sex', z.enum(['male', 'female']).nullish()),
    phone: personal('contact', z.string().max(30).nullish()),
    email: personal('contact', z.email().nullish()),
    address: personal('address', z.string().max(1000).nullish()),
    vneidVerified: z.boolean().nullish(),
  })
  .check((ctx) => {
    const { kind, personalId, birthDate, sex } = ctx.value;
    if (!personalId || kind === 'enterprise') return;
    const fault = /^\d{9}$/.test(personalId)
      ? null
      : personalIdFault(personalId, { sex: sex ?? null, birthYear: birthDate ? Number(birthDate.slice(0, 4)) : null });
    if (fault)
      ctx.issues.push({
        code: 'custom',
        params: fault,
        path: ['personalId'],
        input: personalId,
      });
  });

const person = z.strictObject({
  name: personal('name', z.string().min(1).max(500)),
  personalId: personal('identity-number', z.string().max(20).nullish()),
  phone: personal('contact', z.string().max(30).nullish()),
  address: personal('address', z.string().max(1000).nullish()),
});

export const LIMIT_UNITS = ['working-day', 'day', 'working-hour', 'hour', 'month'] as const;
export const limit = z.strictObject({
  amount: z.number().positive().max(10_000).multipleOf(0.25),
  unit: z.enum(LIMIT_UNITS),
});

export const APPOINTMENT_BASES = ['slip', 'ministry', 'form-04', 'computed'] as const;

const alias = z.union([code, z.strictObject({ system: code, code })]);

const parts = {
  serviceCode: code.nullish(),
  summary: z.string().max(1000).nullish(),
  submitter: person.nullish(),
  authorisation: z
    .strictObject({ number: short.nullish(), date: day.nullish(), fileRef: z.string().max(1000).nullish() })
    .nullish(),
  aliases: z.array(alias).max(50).nullish(),
  origin: z.enum(ORIGINS).optional(),
  submittedAt: instant.nullish(),
  receivedAt: instant.nullish(),
  routing: z
    .strictObject({
      receiving: agencyCode,
      resolving: agencyCode,
      returning: agencyCode.nullish(),
      authority: z.enum(['own', 'delegated', 'authorised']).nullish(),
      authorityRef: short.nullish(),
    })
    .nullish(),
  appointment: z
    .strictObject({ at: instant, basis: z.enum(APPOINTMENT_BASES), documentRef: short.nullish() })
    .nullish(),
  limitOverride: z.strictObject({ limit, decision: short }).nullish(),
  fastTrack: z.boolean().nullish(),
  components: z
    .array(
      z.strictObject({
        code: code.nullish(),
        name: z.string().min(1).max(2000),
        fileRef: z.string().max(1000).nullish(),
        digitised: z.boolean().nullish(),
        reused: z.boolean().nullish(),
        resultCode: code.nullish(),
      }),
    )
    .max(200)
    .nullish(),
  fees: z
    .array(
      z.strictObject({
        code,
        name: short,
        amount: z.int().nonnegative(),
        kind: z.enum(['fee', 'charge']),
        paidVia: z.enum(['portal', 'agency', 'counter']).nullish(),
        exemption: short.nullish(),
      }),
    )
    .max(100)
    .nullish(),
  results: z
    .array(
      z.strictObject({
        code: code.nullish(),
        name: z.string().min(1).max(2000),
        number: short.nullish(),
        fileRef: z.string().max(1000).nullish(),
      }),
    )
    .max(100)
    .nullish(),
  databasesUsed: z.array(code).max(50).nullish(),
  unverified: z.array(z.enum(UNVERIFIABLE)).max(UNVERIFIABLE.length).nullish().meta({
    description:
      'Facts taken as told because their registry is down: verified later by itself; until then the dossier can be neither refused nor completed',
  }),
};

const required = { procedureCode, agencyCode, channel: z.enum(CHANNELS), applicant };

const received = (
  ctx: z.core.ParsePayload<{ submittedAt?: string | null | undefined; receivedAt?: string | null | undefined }>,
): void => {
  const { submittedAt, receivedAt } = ctx.value;
  if (!submittedAt && !receivedAt)
    ctx.issues.push({
      code: 'custom',
      params: { vi: 'cần submittedAt hoặc receivedAt', en: 'one of submittedAt and receivedAt is required' },
      path: ['receivedAt'],
      input: undefined,
    });
  if (submittedAt && receivedAt && Date.parse(submittedAt) > Date.parse(receivedAt))
    ctx.issues.push({
      code: 'custom',
      params: { vi: 'submittedAt sau receivedAt', en: 'submittedAt is after receivedAt' },
      path: ['submittedAt'],
      input: submittedAt,
    });
};

export const dossierPut = z
  .strictObject({ ...required, ...parts, reason: z.string().min(1).max(1000).optional() })
  .check(received);
export const dossierPost = z.strictObject({ code: dossierCode, ...required, ...parts }).check(received);
export const dossierPatch = z.strictObject({
  ...parts,
  ...z.strictObject(required).partial().shape,
  reason: z.string().min(1).max(1000).optional(),
});

/** What a sender said of a dossier on an outside system's wire and this shape has no place for, in that wire's names. */
export interface PostedElsewhere {
  readonly texts: Readonly<Record<string, string>>;
  readonly lists: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
}

/** Everything that is kept of a dossier beside its status; times as RFC 3339 strings. */
export type DossierFields = Omit<z.infer<typeof dossierPatch>, 'reason'> & {
  /** By the system's name; only that system is told of it. */
  readonly posted?: Readonly<Record<string, PostedElsewhere>>;
};

const document = z.strictObject({
  form: z.string().max(20).nullish(),
  number: short.nullish(),
  date: day.nullish(),
  fileRef: z.string().max(1000).nullish(),
});
const officer = z.strictObject({
  id: code.nullish(),
  name: short.nullish(),
  title: short.nullish(),
  department: short.nullish(),
});

export const pauseReason = z.enum(PAUSE_REASONS as [string, ...string[]]);
export const EVENT_TYPES = ['status', 'reopened', 'transferred', 'extended', 'appointment-changed'] as const;

const need = (ctx: z.core.ParsePayload<unknown>, path: string, en: string, vi: string): void => {
  ctx.issues.push({ code: 'custom', params: { vi, en }, path: [path], input: undefined });
};

/** One event of POST /v1/events. */
export const event = z
  .strictObject({
    eventId: z.string().min(1).max(200),
    dossierCode: dossierCode.optional(),
    type: z.enum(EVENT_TYPES).default('status'),
    status: z.enum(STATUSES).optional(),
    pauseReason: pauseReason.nullish(),
    occurredAt: instant,
    newAppointmentAt: instant.nullish(),
    document: document.nullish(),
    officer: officer.nullish(),
    approvedBy: short.nullish(),
    fromAgency: agencyCode.nullish(),
    toAgency: agencyCode.nullish(),
    outcome: z.enum(OUTCOMES).nullish(),
    stepStartedAt: instant.nullish(),
    stepDueAt: instant.nullish(),
    reasonText: z.string().max(2000).nullish(),
    note: z.string().max(2000).nullish(),
  })
  .check((ctx) => {
    const { type, status, pauseReason: reason, reasonText, newAppointmentAt } = ctx.value;
    if (type === 'status' && !status) need(ctx, 'status', 'status is required', 'thiếu status');
    if (status === 'paused' && !reason)
      need(ctx, 'pauseReason', 'pauseReason is required with paused', 'tạm dừng phải có pauseReason');
    if (status && ['rejected', 'withdrawn', 'stopped'].includes(status) && !reasonText)
      need(ctx, 'reasonText', `reasonText is required with ${status}`, `${status} phải có reasonText`);
    if (type === 'transferred' && !ctx.value.toAgency) need(ctx, 'toAgency', 'toAgency is required', 'thiếu toAgency');
    if (type === 'reopened' && (!ctx.value.document || !ctx.value.approvedBy))
      need(
        ctx,
        ctx.value.document ? 'approvedBy' : 'document',
        'reopening takes a document and approvedBy',
        'mở lại hồ sơ phải có document và approvedBy',
      );
    if ((type === 'extended' || type === 'appointment-changed') && !newAppointmentAt)
      need(ctx, 'newAppointmentAt', 'newAppointmentAt is required', 'thiếu newAppointmentAt');
  });
export type EventInput = z.output<typeof event>;

/** `data` of the generic webhook (api.md, "Webhooks in"). */
export const webhookData = z
  .strictObject({
    eventId: z.string().min(1).max(200).optional(),
    dossierCode: dossierCode,
    status: z.enum(STATUSES),
    pauseReason: pauseReason.nullish(),
    occurredAt: instant,
    note: z.string().max(2000).nullish(),
    actor: z.string().max(500).nullish(),
    newAppointmentAt: instant.nullish(),
    document: document.nullish(),
    officer: officer.nullish(),
    outcome: z.enum(OUTCOMES).nullish(),
    procedureCode: procedureCode.nullish(),
    agencyCode: agencyCode.nullish(),
    channel: z.enum(CHANNELS).nullish(),
    submittedAt: instant.nullish(),
    receivedAt: instant.nullish(),
    applicant: applicant.nullish(),
  })
  .check((ctx) => {
    if (ctx.value.status === 'paused' && !ctx.value.pauseReason)
      need(ctx, 'pauseReason', 'pauseReason is required with paused', 'tạm dừng phải có pauseReason');
  });
export type WebhookData = z.output<typeof webhookData>;
