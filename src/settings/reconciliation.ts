/** @module How both sides are compared, by night and by export, and how much is mended at once. */
import { z } from 'zod';
import { furtherHeaders, furtherStatuses } from '../reconciliation/export-columns.ts';
import { setting } from './setting.ts';

/** JSON of a shape, kept as its text; an empty object where nothing is told. */
const json = (shape: z.ZodType) =>
  z
    .string()
    .default('{}')
    .refine((text) => isJsonOf(shape, text), 'must be JSON of the shape shown');

function isJsonOf(shape: z.ZodType, text: string): boolean {
  try {
    return shape.safeParse(JSON.parse(text)).success;
  } catch {
    return false;
  }
}

export const reconciliationSettings = {
  RECONCILE_CALLS_PER_SECOND: setting(
    z.coerce.number().int().min(1).max(1000).default(20),
    'Calls a second that reconciliation asks of a destination, at most.',
  ),
  RECONCILE_REPAIRS_PER_MINUTE: setting(
    z.coerce.number().int().min(1).max(1_000_000).default(600),
    'Dossiers a minute that reconciliation lets be sent again, at most: a mistake of a rule then reaches few before somebody sees it.',
  ),
  RECONCILE_NIGHTLY_AT: setting(
    z
      .string()
      .regex(/^(off|([01]\d|2[0-3]):[0-5]\d)$/, 'HH:MM, or off')
      .default('02:00'),
    'When everything is reconciled each night, in the time of Viet Nam; off: never.',
  ),
  CATALOGUE_LOOK_AT: setting(
    z
      .string()
      .regex(/^(off|([01]\d|2[0-3]):[0-5]\d)$/, 'HH:MM, or off')
      .default('05:30'),
    'When our catalogues are held against the portal’s and the ministries’ each day, in the time of Viet Nam; off: only when somebody asks for it.',
  ),
  RECONCILE_NIGHTLY_REPAIRS: setting(
    z.stringbool().default(true),
    'Whether the nightly reconciliation also mends what it finds.',
  ),
  RECONCILE_EXPORT_COLUMNS: setting(
    json(furtherHeaders),
    'Headers of your portal’s exports beside the usual ones, as JSON: {"status":["Tình trạng xử lý"]}; columns are code, status, appointmentAt, receivedAt, channel and procedureCode.',
  ),
  RECONCILE_EXPORT_STATUSES: setting(
    json(furtherStatuses),
    'Words of your portal’s exports for its status codes beside the usual ones, as JSON: {"Chờ thuế":"6"}.',
  ),
  RECONCILE_EXPORT_BYTES_AT_MOST: setting(
    z.coerce
      .number()
      .int()
      .min(1024)
      .default(2 * 1024 ** 3),
    'The largest export of the portal that is taken, in bytes.',
  ),
} as const;
