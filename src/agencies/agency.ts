/** @module An agency (cơ quan, đơn vị) as it is stored, shipped, imported and kept in memory: its codes, parents and predecessors with their days. */
import { z } from 'zod';
import { DEFAULT_OFFICE_HOURS, type OfficeHours } from '../deadlines/calendar.ts';
import { agencyCode, day } from '../dossiers/shape.ts';

/** A code that an agency no longer goes by, such as one of the scheme before QĐ 20/2020. Days are included. */
export interface FormerCode {
  readonly code: string;
  readonly effectiveFrom?: string | null | undefined;
  readonly effectiveTo: string;
}

/** The agency above, until that day. */
export interface FormerParent {
  readonly code: string;
  readonly effectiveTo: string;
}

/** An agency whose work another has taken over from that day on. */
export interface Predecessor {
  readonly code: string;
  readonly effectiveFrom: string;
  readonly decision?: string | null | undefined;
}

/** Others are named by any code they ever had, as it was held at the time. */
export interface Agency {
  /** Stays when the code changes; the first code where nothing else was given. */
  readonly id?: string | undefined;
  /** The code it goes by now, or went by last. */
  readonly code: string;
  readonly name: string;
  readonly level: string;
  readonly parentCode: string | null;
  readonly formerCodes?: readonly FormerCode[] | undefined;
  readonly formerParents?: readonly FormerParent[] | undefined;
  readonly predecessors?: readonly Predecessor[] | undefined;
  /** Absent or null: since ever. */
  readonly effectiveFrom?: string | null | undefined;
  /** The last day; absent or null: it exists, unless a successor has taken over. */
  readonly effectiveTo?: string | null | undefined;
  /** Absent or null: the usual ones. */
  readonly officeHours?: OfficeHours | null | undefined;
}

export const idOf = (agency: Agency): string => agency.id ?? agency.code;

const minute = z.int().min(0).max(1440);
const session = z.tuple([minute, minute]);

/** Giờ hành chính of an agency, in minutes of the day: two sessions in order, neither empty. */
const officeHours = z
  .strictObject({ morning: session, afternoon: session })
  .refine(
    ({ morning, afternoon }) => morning[0] < morning[1] && morning[1] <= afternoon[0] && afternoon[0] < afternoon[1],
    {
      params: {
        vi: 'hai buổi làm việc phải theo thứ tự và không rỗng',
        en: 'the two sessions must be in order and not empty',
      },
    },
  )
  .meta({ example: DEFAULT_OFFICE_HOURS });

const decision = z.string().min(1).max(200);

/** A row of an import: what is absent stays as it was, `null` and `[]` empty. */
export const agencyShape = z.strictObject({
  id: z
    .string()
    .regex(/^[\w.-]{1,60}$/)
    .optional(),
  code: agencyCode,
  name: z.string().min(1).max(1000),
  level: z.string().min(1).max(50),
  parentCode: agencyCode.nullable(),
  formerCodes: z
    .array(z.strictObject({ code: agencyCode, effectiveFrom: day.nullish(), effectiveTo: day }))
    .max(50)
    .optional(),
  formerParents: z
    .array(z.strictObject({ code: agencyCode, effectiveTo: day }))
    .max(50)
    .optional(),
  predecessors: z
    .array(z.strictObject({ code: agencyCode, effectiveFrom: day, decision: decision.nullish() }))
    .max(200)
    .optional(),
  effectiveFrom: day.nullish(),
  effectiveTo: day.nullish(),
  officeHours: officeHours.nullish(),
});
