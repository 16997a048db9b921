/** @module The `lookup` capability: the shapes in which registries are asked, whatever their own wires. */
import { z } from 'zod';
import { enterpriseCodeFault, personalIdFault } from '../dossiers/identifiers.ts';
import { explained } from '../dossiers/shape.ts';

export { personal } from '../access/personal-data.ts';
export { isCalendarDate, personalIdFault } from '../dossiers/identifiers.ts';
export { procedureCode } from '../dossiers/shape.ts';

/** Số định danh cá nhân: twelve digits whose parts agree with each other. */
export const personalId = explained((id) => personalIdFault(id)).meta({
  pattern: String.raw`^\d{3}[0-5]\d{8}$`,
  example: '066090000123',
});

/** Số CMND: the nine digits of the card before. */
export const oldNumber = z
  .string()
  .regex(/^\d{9}$/)
  .meta({ example: '249900123' });

/** A person's name as it is written down; a control character is in no name and in no message. */
export const personName = z
  .string()
  .trim()
  .min(2)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u)
  .transform((name) => name.normalize('NFC').replace(/\s+/g, ' '))
  .meta({ example: 'Nguyễn Văn An' });

/** Mã số doanh nghiệp: ten digits with a right check digit, a branch adds -001 to -999. */
export const enterpriseCode = explained((code) => enterpriseCodeFault(code)).meta({
  pattern: String.raw`^\d{10}(?:-(?:00[1-9]|0[1-9]\d|[1-9]\d{2}))?$`,
  example: '9900003708',
});

/** A day of birth where it is known, else the year. */
export const born = {
  birthDate: z.iso.date().optional(),
  birthYear: z.int().min(1880).max(2200).optional(),
};
