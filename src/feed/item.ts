/** @module A change as the feed's readers and the outgoing webhooks tell it; no personal data. */
import { z } from 'zod';
import { rfc3339 } from '../http/answer.ts';
import type { Change } from './read-store.ts';

export const CHANGE_KINDS = ['entry', 'alert', 'difference', 'delivery'] as const;

export const changeItem = z.object({
  pos: z.int(),
  kind: z.enum(CHANGE_KINDS),
  dossierCode: z.string().nullable(),
  seq: z.int().nullable(),
  /** The entry's kind, the alert's, the difference's or the delivery's. */
  type: z.string(),
  /** The status as reported; of an alert whether it was raised or cleared, of a delivery where it is. */
  status: z.string().nullable(),
  occurredAt: z.string(),
});
export type ChangeItem = z.output<typeof changeItem>;

export const toItem = ({ pos, kind, dossierCode, seq, type, status, occurredAt }: Change): ChangeItem => ({
  pos,
  kind: kind as ChangeItem['kind'],
  dossierCode,
  seq,
  type,
  status,
  occurredAt: rfc3339(occurredAt),
});
