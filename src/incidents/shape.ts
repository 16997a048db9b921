/** @module What callers read of incidents, and send to open one. */
import { z } from 'zod';
import { rfc3339 } from '../http/answer.ts';
import { DIFFERENCE_KINDS } from '../reconciliation/kinds.ts';
import { MEDIA } from './media.ts';
import { type Attachment, CHANNELS, MESSAGE_KINDS, type Message } from './message-store.ts';
import type { Incident, Party } from './store.ts';

const words = z.string().trim().min(3).max(4000);
const instant = z.iso.datetime({ offset: true });
/** Differences of one incident: more make no pack that anybody reads. */
export const MOST_DIFFERENCES = 200;

export const incidentPost = z
  .strictObject({
    differences: z
      .array(z.int().positive())
      .min(1)
      .max(MOST_DIFFERENCES)
      .optional()
      .meta({ description: 'Ids of the differences it is about' }),
    kind: z.enum(DIFFERENCE_KINDS).optional().meta({ description: 'Instead of ids: all of this kind that stand' }),
    cause: z.string().max(1000).optional().meta({ description: 'Instead of ids, or with kind: all of this cause' }),
    destination: z.string().max(60).default('national-portal'),
    title: z.string().trim().min(3).max(300).optional().meta({ description: 'The kind’s own title unless told' }),
    parties: z.array(z.string().max(40)).min(1).max(20).optional().meta({
      description: 'Whom it is addressed to, of the installation’s address book; everybody in it unless told',
    }),
    steps: z.array(words).max(50).default([]).meta({ description: 'The officer’s steps, in order' }),
    reason: z.string().min(3).max(1000),
  })
  .refine(({ differences, kind, cause }) => differences !== undefined || kind !== undefined || cause !== undefined, {
    path: ['differences'],
    message: 'cần differences, kind hoặc cause / differences, kind or cause is required',
  });

export const messagePost = z
  .strictObject({
    kind: z.enum(MESSAGE_KINDS),
    party: z.string().max(40).optional().meta({ description: 'Whom it was sent to, or who answered; none for a step' }),
    at: instant.optional().meta({ description: 'When; now unless told' }),
    channel: z.enum(CHANNELS).optional(),
    reference: z.string().max(200).optional().meta({ description: 'Number of the letter, or of the ticket there' }),
    words,
  })
  .refine(({ kind, party }) => (kind === 'step') === (party === undefined), {
    path: ['party'],
    message: 'bắt buộc với sent, answered; không dùng với step / required but for a step',
  });

const contact = z.object({
  unit: z.string().optional(),
  person: z.string().optional(),
  address: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
});

export const partyAnswer = z.object({
  party: z.string(),
  name: z.string(),
  contact,
  state: z.enum(['not-sent', 'waiting', 'late', 'answered']),
  answerWorkingDays: z.int(),
  sentAt: z.string().nullable(),
  dueAt: z.string().nullable(),
  answeredAt: z.string().nullable(),
});

export const incidentAnswer = z.object({
  number: z.string(),
  title: z.string(),
  state: z.enum(['open', 'closed']),
  differences: z.array(z.object({ id: z.int(), kind: z.enum(DIFFERENCE_KINDS), dossierCode: z.string() })),
  parties: z.array(partyAnswer),
  openedAt: z.string(),
  openedBy: z.string(),
  openedReason: z.string(),
  closedAt: z.string().nullable(),
  closedBy: z.string().nullable(),
  closedReason: z.string().nullable(),
  evidence: z.string().meta({ description: 'Where its evidence pack is to be had' }),
});

export const incidentCounts = z.object({
  open: z.int(),
  late: z.int().meta({ description: 'With an answer that is overdue' }),
  notSent: z.int().meta({ description: 'Of which nobody was told yet' }),
  nextDueAt: z.string().nullable().meta({ description: 'The earliest answer that is due and has not come' }),
});

export const messageAnswer = z.object({
  id: z.int(),
  kind: z.enum(MESSAGE_KINDS),
  party: z.string().nullable(),
  at: z.string(),
  channel: z.enum(CHANNELS).nullable(),
  reference: z.string().nullable(),
  words: z.string(),
  notedBy: z.string(),
  notedAt: z.string(),
});

export const attachmentAnswer = z.object({
  id: z.int(),
  mediaType: z.enum(Object.keys(MEDIA) as [keyof typeof MEDIA]),
  fileName: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  takenAt: z.string().nullable(),
  addedBy: z.string(),
  addedAt: z.string(),
  url: z.string(),
});

/** How a party's clock stands. */
export function partyState({ sentAt, dueAt, answeredAt }: Party, now: number): z.output<typeof partyAnswer>['state'] {
  if (answeredAt !== null) return 'answered';
  if (sentAt === null || dueAt === null) return 'not-sent';
  return now > dueAt ? 'late' : 'waiting';
}

export const toPartyAnswer = (party: Party, now: number): z.input<typeof partyAnswer> => ({
  ...party,
  state: partyState(party, now),
  sentAt: rfc3339(party.sentAt),
  dueAt: rfc3339(party.dueAt),
  answeredAt: rfc3339(party.answeredAt),
});

/** Of a case that is closed nobody is late any more: the time of its end is when its clocks are read. */
export const toIncidentAnswer = (incident: Incident, now: number): z.input<typeof incidentAnswer> => ({
  number: incident.number,
  title: incident.title,
  state: incident.state,
  differences: [...incident.differences],
  parties: incident.parties.map((party) => toPartyAnswer(party, incident.closedAt ?? now)),
  openedAt: rfc3339(incident.openedAt),
  openedBy: incident.openedBy,
  openedReason: incident.openedReason,
  closedAt: rfc3339(incident.closedAt),
  closedBy: incident.closedBy,
  closedReason: incident.closedReason,
  evidence: `/v1/incidents/${incident.number}/evidence`,
});

/** @param open opens the message's sealed words */
export const toMessageAnswer = (message: Message, open: (words: Buffer) => string): z.input<typeof messageAnswer> => ({
  ...message,
  at: rfc3339(message.at),
  words: open(message.words),
  notedAt: rfc3339(message.notedAt),
});

export const toAttachmentAnswer = (number: string, attachment: Attachment): z.input<typeof attachmentAnswer> => ({
  ...attachment,
  takenAt: rfc3339(attachment.takenAt),
  addedAt: rfc3339(attachment.addedAt),
  url: `/v1/incidents/${number}/attachments/${attachment.id}`,
});
