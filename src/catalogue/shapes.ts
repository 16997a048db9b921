/** @module The catalogues' rows as they are stored, shipped, imported and answered. */
import { z } from 'zod';
import { LIMIT_UNITS, procedureCode } from '../dossiers/shape.ts';
import { PAUSE_REASONS } from '../dossiers/status.ts';

const date = z.iso.date();
const text = z.string().min(1).max(1000);
const effect = z.enum(['suspend', 'restart', 'none']);
const legalBasis = z.string().min(1).max(1000).nullable();

/** Thời hạn giải quyết; 0 working days: on the day of receipt. */
export const processingTime = z.strictObject({
  amount: z.number().nonnegative().max(10_000).multipleOf(0.25),
  unit: z.enum(LIMIT_UNITS),
});

export const startRule = z.union([
  z.enum(['next-day', 'instant']),
  z.strictObject({ cutoff: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/) }),
]);

const decidedLimit = z.strictObject({ limit: processingTime, decision: z.string().min(1).max(200) });

/** The stages of a procedure at which a supplement may be asked for; its pause reason tells which. */
export const STAGES = ['intake', 'appraisal'] as const;
export type Stage = (typeof STAGES)[number];

const pauseEffect = { effect, legalBasis };
const pauseRule = z.strictObject({
  ...pauseEffect,
  stages: z.partialRecord(z.enum(STAGES), z.strictObject(pauseEffect)).optional(),
});

/** Where a version comes from when it is not the province's own. */
const source = z.enum(['national-portal']);

const ordered = (ctx: z.core.ParsePayload<{ effectiveFrom: string; effectiveTo: string | null }>): void => {
  const { effectiveFrom, effectiveTo } = ctx.value;
  if (effectiveTo !== null && effectiveTo < effectiveFrom)
    ctx.issues.push({
      code: 'custom',
      params: { vi: 'ngày hết hiệu lực trước ngày có hiệu lực', en: 'effectiveTo is before effectiveFrom' },
      path: ['effectiveTo'],
      input: effectiveTo,
    });
};

const procedureFields = z.strictObject({
  code: procedureCode,
  name: text,
  sector: z.strictObject({ code: z.string().max(100), name: z.string().max(500) }),
  limit: processingTime.nullable(),
  startRule,
  mayEnd: z.array(z.string().min(1).max(100)).max(50),
  systems: z
    .array(z.string().regex(/^[a-z][a-z0-9-]{0,63}$/))
    .min(1)
    .max(20)
    .nullish(),
  pauses: z.partialRecord(z.enum(PAUSE_REASONS as [string, ...string[]]), pauseRule),
  pauseNeedsDocument: z.boolean(),
  cut: decidedLimit.nullish(),
  fastTrackLimit: decidedLimit.nullish(),
  clock: z.enum(['working', 'calendar']).nullish(),
  source: source.optional(),
  effectiveFrom: date,
  effectiveTo: date.nullable(),
});

export const procedure = procedureFields.check(ordered);

/** A purpose for which personal data is read (mục đích khai thác). */
export const purpose = z
  .strictObject({
    code: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
    name: z.strictObject({ vi: text, en: text }),
    legalBasis,
    effectiveFrom: date,
    effectiveTo: date.nullable(),
  })
  .check(ordered);

export const pauseReason = z
  .strictObject({
    code: z.enum(PAUSE_REASONS as [string, ...string[]]),
    name: z.strictObject({ vi: text, en: text }),
    effect,
    legalBasis,
    effectiveFrom: date,
    effectiveTo: date.nullable(),
  })
  .check(ordered);
