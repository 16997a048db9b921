/** @module What the audit's routes share: the span of time that is asked for, and an entry as it is answered. */
import { z } from 'zod';
import { instant } from '../dossiers/shape.ts';
import { type Bilingual, GatewayError } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { DAY } from '../units.ts';
import type { AuditRecord } from './read-store.ts';

/** What the gateway calls an operation; null for one that is no more. */
export type TitleOf = (operation: string) => Bilingual | null;

/** Days that are looked at where nobody says from when: a question without an end would read the whole log. */
export const USUAL_DAYS = 30;

export const words = z.object({ vi: z.string(), en: z.string() });

export const spanFields = {
  from: instant.optional().meta({ description: `From this time on; ${USUAL_DAYS} days before \`to\` unless told.` }),
  to: instant.optional().meta({ description: 'Until before this time; now unless told.' }),
};
export const pageFields = {
  limit: z.coerce.number().int().min(1).max(500).default(50),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
};

/** @throws GatewayError invalid-parameters where it ends before it begins */
export function spanOf(
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
): { from: number; to: number } {
  const end = to === undefined ? now : Date.parse(to);
  const begin = from === undefined ? end - USUAL_DAYS * DAY : Date.parse(from);
  if (begin < end) return { from: begin, to: end };
  const message = 'phải trước to / must be before to';
  throw new GatewayError('invalid-parameters', { violations: [{ path: 'query.from', message }] });
}

export const auditItem = z.object({
  id: z.int(),
  at: z.string(),
  client: z.string().nullable(),
  /** Agencies that the client had at the time. */
  agencies: z.array(z.string()),
  officer: z.string().nullable(),
  purpose: z.string().nullable(),
  dossier: z.string().nullable(),
  operation: z.string(),
  title: words.nullable(),
  kind: z.enum(['read', 'write']).nullable(),
  /** Whose or which record: its keyed hash, the same for the same. */
  target: z.string().nullable(),
  /** Of how many persons a list told. */
  targets: z.int().nullable(),
  status: z.int(),
  traceId: z.string(),
  details: z.looseObject({}),
});

export function toAuditItem(record: AuditRecord, titleOf: TitleOf): z.input<typeof auditItem> {
  const { kind, agencies, targets, ...details } = record.details;
  return {
    id: record.id,
    at: rfc3339(record.at),
    client: record.clientId,
    agencies: agenciesOf(record),
    officer: record.officer,
    purpose: record.purpose,
    dossier: record.dossier,
    operation: record.operation,
    title: titleOf(record.operation),
    kind: kind === 'read' || kind === 'write' ? kind : null,
    target: record.targetHash,
    targets: Array.isArray(targets) ? targets.length : null,
    status: record.status,
    traceId: record.traceId,
    details,
  };
}

export function agenciesOf({ details: { agencies } }: AuditRecord): string[] {
  return Array.isArray(agencies) ? agencies.filter((code) => typeof code === 'string') : [];
}
