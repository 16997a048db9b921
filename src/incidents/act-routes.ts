/** @module What is added to an incident: images of screens and papers, the officer's steps, who was told and who answered. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { inTransaction } from '../db/transaction.ts';
import { dayOf } from '../deadlines/local-time.ts';
import { fail } from '../errors.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { EXAMPLE_ATTACHMENT, EXAMPLE_INCIDENT, EXAMPLE_PAPER } from './examples.ts';
import { foundFor, lockedOpen } from './find.ts';
import { MEDIA, mediaTypeOf } from './media.ts';
import {
  attachedBytes,
  attachmentName,
  findAttachment,
  insertAttachment,
  insertMessage,
  wordsName,
} from './message-store.ts';
import { type IncidentRouteDeps, numberParams } from './routes.ts';
import {
  attachmentAnswer,
  messageAnswer,
  messagePost,
  partyAnswer,
  toAttachmentAnswer,
  toMessageAnswer,
  toPartyAnswer,
} from './shape.ts';
import { markAnswered, markSent } from './store.ts';

export interface ActRouteDeps extends IncidentRouteDeps {
  readonly attachmentBytesAtMost: number;
}

const tag = 'incidents';
/** All that is attached to one incident, in the size of a single attachment. */
const MOST_ATTACHMENTS = 10;
/** A sender's clock may be so far ahead. */
const AHEAD = 5 * 60_000;

export function incidentActRoutes({ pool, seal, catalogue, attachmentBytesAtMost: largest }: ActRouteDeps): Route[] {
  const instantOf = (given: string | undefined, path: string, now: number): number => {
    const at = given === undefined ? now : Date.parse(given);
    if (at > now + AHEAD) fail('validation', { violations: [{ path, message: 'ở tương lai / lies ahead' }] });
    if (!catalogue().calendar.covers(at))
      fail('validation', { violations: [{ path, message: 'trước năm 2015 / before the year 2015' }] });
    return at;
  };
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/incidents/:number/messages',
      id: 'noteIncidentMessage',
      tag,
      summary: {
        vi: 'Ghi bước đã làm, đã gửi cho ai, ai đã trả lời',
        en: 'Note a step, that a party was told, or that it answered',
      },
      description: {
        vi: 'sent: đồng hồ trả lời của bên đó chạy từ lần gửi đầu, nhắc lại không làm đổi hạn; sau khi đã trả lời thì lần gửi tiếp theo tính lại. answered: dừng đồng hồ. step: bước cán bộ đã làm, đi vào hồ sơ chứng minh.',
        en: 'sent: the party’s clock runs from the first time, a reminder does not move it; after an answer the next one starts it anew. answered: stops it. step: what the officer did; it goes into the evidence pack.',
      },
      scope: 'incidents.manage',
      audit: 'write',
      params: numberParams,
      body: messagePost,
      response: { 201: messageAnswer.extend({ clock: partyAnswer.nullable() }) },
      errors: ['not-found', 'conflict'],
      example: {
        params: { number: EXAMPLE_INCIDENT },
        body: {
          kind: 'sent',
          party: 'data-centre',
          channel: 'document',
          reference: '112/TTPVHCC',
          words: 'Gửi hồ sơ chứng minh lỗi đồng bộ, đề nghị kiểm tra.',
        },
      },
      handler: async (call) => {
        const { body, now } = call;
        const incident = await foundFor(pool, catalogue(), call.params.number, call);
        const party = incident.parties.find((one) => one.party === body.party);
        if (body.party !== undefined && party === undefined)
          fail('validation', {
            violations: [{ path: '$.party', message: incident.parties.map((one) => one.party).join(', ') }],
          });
        const at = instantOf(body.at, '$.at', now);
        const noted = await inTransaction(pool, async (client) => {
          await lockedOpen(client, incident);
          if (party !== undefined && body.kind === 'sent') {
            const { calendar } = catalogue();
            const dueAt = calendar.closeOfDay(calendar.addWorkingDays(dayOf(at), party.answerWorkingDays));
            await markSent(client, incident.id, party.party, { sentAt: at, dueAt });
          } else if (party !== undefined) await markAnswered(client, incident.id, party.party, at);
          return insertMessage(client, incident.id, {
            kind: body.kind,
            party: party?.party ?? null,
            at,
            channel: body.channel ?? null,
            reference: body.reference ?? null,
            words: seal.close(body.words, wordsName(incident.number)),
            notedBy: call.access.officer ?? call.caller.clientId,
            notedAt: now,
          });
        });
        call.audited({ details: { incident: incident.number, kind: body.kind, party: body.party ?? null } });
        const { parties } = await foundFor(pool, catalogue(), incident.number, call);
        const clock = parties.find((one) => one.party === body.party);
        return {
          ...toMessageAnswer(noted, (words) => seal.open(words, wordsName(incident.number))),
          clock: clock === undefined ? null : toPartyAnswer(clock, now),
        };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/incidents/:number/attachments',
      id: 'attachToIncident',
      tag,
      summary: { vi: 'Đính kèm ảnh màn hình, văn bản', en: 'Attach an image of a screen, or a paper' },
      description: {
        vi: 'Nội dung là tệp PNG, JPEG hoặc PDF, nhận biết theo nội dung tệp; cùng một tệp chỉ đính kèm một lần. Lưu dưới dạng mã hóa.',
        en: 'The body is a file, PNG, JPEG or PDF by its content; the same file again is the same attachment. It is kept sealed.',
      },
      scope: 'incidents.manage',
      audit: 'write',
      params: numberParams,
      query: z.object({
        fileName: z
          .string()
          .regex(/^[^\p{Cc}]{1,200}$/u)
          // The same for readers of the document that know no classes of Unicode.
          .meta({ pattern: String.raw`^[^\u0000-\u001f\u007f-\u009f]{1,200}$` })
          .optional(),
        takenAt: z.iso
          .datetime({ offset: true })
          .optional()
          .meta({ description: 'When the screen showed it, as the officer says' }),
      }),
      rawBody: true,
      bodyLimit: largest,
      consumes: ['application/pdf', 'image/png', 'image/jpeg', 'application/octet-stream'],
      response: { 201: attachmentAnswer },
      errors: ['not-found', 'conflict', 'payload-too-large', 'unsupported-media-type', 'validation'],
      example: {
        params: { number: EXAMPLE_INCIDENT },
        query: { fileName: 'man-hinh-cong.pdf', takenAt: '2026-03-20T09:00:00+07:00' },
        body: EXAMPLE_PAPER,
      },
      handler: async (call) => {
        const { fileName, takenAt } = call.query;
        const incident = await foundFor(pool, catalogue(), call.params.number, call);
        const mediaType = mediaTypeOf(call.body);
        if (mediaType === null)
          fail('unsupported-media-type', {
            detail: 'The file is no whole PNG, JPEG or PDF by its content.',
            detailVi: 'Xét theo nội dung, tệp không phải PNG, JPEG hoặc PDF nguyên vẹn.',
          });
        const sha256 = createHash('sha256').update(call.body).digest('hex');
        const takenAtMs = takenAt === undefined ? null : instantOf(takenAt, '$.takenAt', call.now);
        const attached = await inTransaction(pool, async (client) => {
          await lockedOpen(client, incident);
          if ((await attachedBytes(client, incident.id)) + call.body.length > MOST_ATTACHMENTS * largest)
            fail('payload-too-large', { extra: { limit: MOST_ATTACHMENTS * largest } });
          const facts = {
            mediaType,
            fileName: fileName ?? `${sha256.slice(0, 12)}.${MEDIA[mediaType]}`,
            bytes: call.body.length,
            sha256,
            takenAt: takenAtMs,
            addedBy: call.access.officer ?? call.caller.clientId,
            addedAt: call.now,
          };
          return insertAttachment(client, incident.id, facts, seal.close(call.body, attachmentName(incident.number)));
        });
        call.audited({ details: { incident: incident.number, attachment: attached.id, sha256 } });
        return toAttachmentAnswer(incident.number, attached);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/incidents/:number/attachments/:id',
      id: 'getIncidentAttachment',
      tag,
      summary: { vi: 'Một tệp đính kèm', en: 'A file that is attached' },
      scope: 'incidents.read',
      audit: 'read',
      params: numberParams.extend({ id: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER) }),
      response: { 200: { mediaTypes: Object.keys(MEDIA) } },
      errors: ['not-found'],
      example: { params: { number: EXAMPLE_INCIDENT, id: String(EXAMPLE_ATTACHMENT) } },
      handler: async (call) => {
        const { number, id } = call.params;
        const incident = await foundFor(pool, catalogue(), number, call);
        const found = await findAttachment(pool, incident.id, id);
        if (found === null)
          fail('not-found', { detail: `No attachment ${id}`, detailVi: `Không có tệp đính kèm số ${id}` });
        call.audited({ details: { incident: number, attachment: id } });
        call.header('content-type', found.mediaType);
        call.header('content-disposition', `attachment; filename="${number}-${id}.${MEDIA[found.mediaType]}"`);
        return seal.openBytes(found.content, attachmentName(number));
      },
    }),
  ];
}
