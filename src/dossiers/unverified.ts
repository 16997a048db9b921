/** @module Facts of a dossier that were taken as told because their registry was down: what may be so marked, and what must wait for them. */
import type { DossierFields } from './shape.ts';
import type { ReportedStatus } from './status.ts';

/** What may be marked: each is confirmed by the population database, all of them together. */
export const UNVERIFIABLE = ['applicant.name', 'applicant.personalId', 'applicant.birthDate'] as const;
export type UnverifiedField = (typeof UNVERIFIABLE)[number];

/** A dossier is neither refused nor completed on what nobody has confirmed; its applicant may withdraw at any time. */
const WAITING: ReadonlySet<ReportedStatus> = new Set(['rejected', 'completed', 'returned']);

/** Whether the status must wait until these fields are verified. */
export const mustWait = (status: ReportedStatus | null, unverified: readonly string[] | null): boolean =>
  status !== null && WAITING.has(status) && (unverified?.length ?? 0) > 0;

/** What the population database is asked about; null where it could not be. */
export function personOf({ applicant, procedureCode }: DossierFields): {
  readonly personalId: string;
  readonly name: string;
  readonly birthDate: string;
  readonly procedureCode: string;
} | null {
  if (!applicant || !procedureCode || applicant.kind === 'enterprise') return null;
  const { personalId, name, birthDate } = applicant;
  return personalId && /^\d{12}$/.test(personalId) && birthDate ? { personalId, name, birthDate, procedureCode } : null;
}
