/** @module The generic push of systems without a format of their own, which the coordination system uses (api.md, "Webhooks in"). */
import { z } from 'zod';
import { agencyCode, dossierCode, instant, webhookData } from '../../src/capabilities/exchange.ts';

/** What a message may be about; its `data` follows from it. */
export const TYPES = ['dossier.status.changed', 'dossier.transferred'] as const;
export type MessageType = (typeof TYPES)[number];

const MOST_EVENTS = 1_000;

/** The message around its events, which are parsed by its type. */
export const envelope = z.strictObject({
  type: z.enum(TYPES),
  timestamp: instant,
  data: z.unknown().refine(isOneOrMany, {
    params: {
      vi: `một đối tượng hoặc mảng 1–${MOST_EVENTS} đối tượng`,
      en: `an object, or an array of 1 to ${MOST_EVENTS}`,
    },
  }),
});

function isOneOrMany(data: unknown): boolean {
  if (Array.isArray(data)) return data.length >= 1 && data.length <= MOST_EVENTS;
  return typeof data === 'object' && data !== null;
}

/** `data` of `dossier.status.changed`. */
export const statusChanged = webhookData;
export type StatusChanged = z.output<typeof statusChanged>;

/** `data` of `dossier.transferred`: a dossier handed from one agency to another. */
export const transferred = z.strictObject({
  eventId: z.string().min(1).max(200).optional(),
  dossierCode,
  occurredAt: instant,
  fromAgency: agencyCode.nullish(),
  toAgency: agencyCode,
  note: webhookData.shape.note,
  actor: webhookData.shape.actor,
  document: webhookData.shape.document,
  officer: webhookData.shape.officer,
});
export type Transferred = z.output<typeof transferred>;

const oneOrMany = <S extends z.ZodType>(data: S) => z.union([data, z.array(data).min(1).max(MOST_EVENTS)]);

/** The whole message as the document shows it. */
export const message = z.union([
  z.strictObject({ type: z.literal(TYPES[0]), timestamp: instant, data: oneOrMany(statusChanged) }),
  z.strictObject({ type: z.literal(TYPES[1]), timestamp: instant, data: oneOrMany(transferred) }),
]);
