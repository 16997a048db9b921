/** @module What was said in incidents, and what was attached: SQL, one function per statement. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import type { MediaType } from './media.ts';

/** `sent` to a party, `answered` by one, or a `step` that the officer took. */
export const MESSAGE_KINDS = ['sent', 'answered', 'step'] as const;
export const CHANNELS = ['document', 'email', 'phone', 'system', 'other'] as const;

export interface Message {
  readonly id: number;
  readonly kind: (typeof MESSAGE_KINDS)[number];
  readonly party: string | null;
  readonly at: number;
  readonly channel: (typeof CHANNELS)[number] | null;
  /** Number of the official letter or of the ticket there. */
  readonly reference: string | null;
  /** Sealed. */
  readonly words: Buffer;
  readonly notedBy: string;
  readonly notedAt: number;
}

/** What the words and the files of an incident are sealed under. */
export const wordsName = (number: string): string => `words of ${number}`;
export const attachmentName = (number: string): string => `attachment of ${number}`;

const MESSAGE = `id, kind, party, at, channel, reference, words, noted_by as "notedBy", noted_at as "notedAt"`;

export async function insertMessage(db: Queryable, incidentId: number, message: Omit<Message, 'id'>): Promise<Message> {
  const { kind, party, at: when, channel, reference, words, notedBy, notedAt } = message;
  const { rows } = await db.query<Message>(
    `insert into incident_message (incident_id, kind, party, at, channel, reference, words, noted_by, noted_at)
     values ($1, $2, $3, ${at('$4')}, $5, $6, $7, $8, ${at('$9')}) returning ${MESSAGE}`,
    [incidentId, kind, party, when, channel, reference, words, notedBy, notedAt],
  );
  return rows[0]!;
}

/** In the order of their times. */
export async function messagesOf(db: Queryable, incidentId: number): Promise<Message[]> {
  const { rows } = await db.query<Message>(
    `select ${MESSAGE} from incident_message where incident_id = $1 order by at, id`,
    [incidentId],
  );
  return rows;
}

export interface Attachment {
  readonly id: number;
  readonly mediaType: MediaType;
  readonly fileName: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly takenAt: number | null;
  readonly addedBy: string;
  readonly addedAt: number;
}

const ATTACHMENT = `
  id, media_type as "mediaType", file_name as "fileName", bytes, sha256, taken_at as "takenAt", added_by as "addedBy", added_at as "addedAt"`;

/** The same file again is the same attachment. */
export async function insertAttachment(
  db: Queryable,
  incidentId: number,
  { mediaType, fileName, bytes, sha256, takenAt, addedBy, addedAt }: Omit<Attachment, 'id'>,
  content: Buffer,
): Promise<Attachment> {
  const { rows } = await db.query<Attachment>(
    `insert into incident_attachment (incident_id, media_type, file_name, bytes, sha256, taken_at, content, added_by, added_at)
     values ($1, $2, $3, $4, $5, ${at('$6')}, $7, $8, ${at('$9')})
     on conflict (incident_id, sha256) do update set file_name = incident_attachment.file_name
     returning ${ATTACHMENT}`,
    [incidentId, mediaType, fileName, bytes, sha256, takenAt, content, addedBy, addedAt],
  );
  return rows[0]!;
}

export async function attachmentsOf(db: Queryable, incidentId: number): Promise<Attachment[]> {
  const { rows } = await db.query<Attachment>(
    `select ${ATTACHMENT} from incident_attachment where incident_id = $1 order by id`,
    [incidentId],
  );
  return rows;
}

/** Bytes of all that is attached. */
export async function attachedBytes(db: Queryable, incidentId: number): Promise<number> {
  const { rows } = await db.query<{ sum: number }>(
    'select coalesce(sum(bytes), 0)::int as sum from incident_attachment where incident_id = $1',
    [incidentId],
  );
  return rows[0]!.sum;
}

/** With its content, sealed. */
export async function findAttachment(
  db: Queryable,
  incidentId: number,
  id: number,
): Promise<(Attachment & { readonly content: Buffer }) | null> {
  const { rows } = await db.query<Attachment & { content: Buffer }>(
    `select ${ATTACHMENT}, content from incident_attachment where incident_id = $1 and id = $2`,
    [incidentId, id],
  );
  return rows[0] ?? null;
}
