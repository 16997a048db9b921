/** @module Incidents for operators: opened from one difference or many of one cause, listed, read, closed. */
import type pg from 'pg';
import { z } from 'zod';
import type { Seal } from '../access/seal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { inTransaction } from '../db/transaction.ts';
import { civilFromDay, dayOf } from '../deadlines/local-time.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import type { Caller } from '../http/auth.ts';
import { linkNext } from '../http/paging.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { KINDS } from '../reconciliation/kinds.ts';
import { CLOSED_EXAMPLE, EXAMPLE_INCIDENT } from './examples.ts';
import { foundFor } from './find.ts';
import { attachmentsOf, insertMessage, messagesOf, wordsName } from './message-store.ts';
import type { AddressBook, Addressee } from './parties.ts';
import {
  attachmentAnswer,
  incidentAnswer,
  incidentCounts,
  incidentPost,
  MOST_DIFFERENCES,
  messageAnswer,
  toAttachmentAnswer,
  toIncidentAnswer,
  toMessageAnswer,
} from './shape.ts';
import * as store from './store.ts';

export interface IncidentRouteDeps {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly catalogue: () => Catalogue;
  readonly addressBook: AddressBook;
  /** The letters that its numbers begin with. */
  readonly prefix: string;
}

export const numberParams = z.object({ number: z.string().regex(/^[A-Z0-9-]{1,20}-\d{4}-\d{4,8}$/) });
const tag = 'incidents';
const whole = incidentAnswer.extend({
  messages: z.array(messageAnswer).meta({ description: 'The officer’s steps, who was told when, who answered when' }),
  attachments: z.array(attachmentAnswer),
});

export function incidentRoutes({ pool, seal, catalogue, addressBook, prefix }: IncidentRouteDeps): Route[] {
  const wholeOf = async (incident: store.Incident, now: number): Promise<z.input<typeof whole>> => {
    const [messages, attachments] = await Promise.all([
      messagesOf(pool, incident.id),
      attachmentsOf(pool, incident.id),
    ]);
    return {
      ...toIncidentAnswer(incident, now),
      messages: messages.map((one) => toMessageAnswer(one, (words) => seal.open(words, wordsName(incident.number)))),
      attachments: attachments.map((one) => toAttachmentAnswer(incident.number, one)),
    };
  };
  const addressees = (wanted: readonly string[] | undefined): Addressee[] => {
    const known = addressBook.parties;
    const names = new Set(known.map(({ party }) => party));
    const strange = wanted?.findIndex((name) => !names.has(name)) ?? -1;
    if (strange >= 0)
      fail('validation', {
        violations: [{ path: `$.parties[${strange}]`, message: [...names].join(', ') }],
      });
    return known.filter(({ party }) => wanted?.includes(party) ?? true);
  };
  const chosen = async (
    { differences, destination, kind, cause }: z.output<typeof incidentPost>,
    { caller, now }: { caller: Caller; now: number },
  ): Promise<store.Chosen[]> => {
    const agencies = catalogue().agencies.asOf(now);
    const ids = differences === undefined ? null : [...new Set(differences)];
    const filter = { ids, destination, kind: kind ?? null, cause: cause ?? null };
    const own = agencies.codesUnder(caller.agencies);
    const found = await store.chooseDifferences(pool, { ...filter, own }, MOST_DIFFERENCES + 1);
    if (found.some((one) => !agencies.covers(caller.agencies, one.agencies))) fail('forbidden-agency');
    if (found.length === 0 || (ids !== null && found.length < ids.length))
      fail('not-found', {
        detail: 'There is no such difference, or not every one of them.',
        detailVi: 'Không có sai lệch như vậy, hoặc không có đủ.',
      });
    if (found.length > MOST_DIFFERENCES)
      fail('validation', {
        violations: [{ path: '$.kind', message: `nhiều nhất / at most ${MOST_DIFFERENCES}` }],
      });
    return found;
  };
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/incidents',
      id: 'openIncident',
      tag,
      summary: { vi: 'Mở sự cố từ các sai lệch', en: 'Open an incident about differences' },
      description: {
        vi: 'Từ một hoặc nhiều sai lệch cùng nguyên nhân; được cấp số, gửi tới các bên trong danh bạ của tỉnh (INCIDENT_PARTIES_FILE), mỗi bên có thời hạn trả lời riêng tính từ khi được gửi.',
        en: 'About one difference or many of one cause; it gets a number and is addressed to parties of the installation’s address book (INCIDENT_PARTIES_FILE), each with a clock of response of its own that runs from when it was told.',
      },
      scope: 'incidents.manage',
      audit: 'write',
      body: incidentPost,
      response: { 201: whole },
      errors: ['not-found', 'forbidden-agency'],
      example: {
        body: {
          differences: [1],
          steps: ['Mở hồ sơ trên Cổng lúc 09:00: trạng thái vẫn là Được tiếp nhận.'],
          reason: 'Đã gửi lại ba lần, Cổng vẫn hiển thị trạng thái cũ',
        },
      },
      handler: async (call) => {
        const { body, now } = call;
        const differences = await chosen(body, call);
        const parties = addressees(body.parties);
        const by = call.access.officer ?? call.caller.clientId;
        const number = await inTransaction(pool, async (client) => {
          const { year } = civilFromDay(dayOf(now));
          const n = await store.nextNumber(client, year);
          const name = `${prefix}-${year}-${String(n).padStart(4, '0')}`;
          const title = body.title ?? KINDS[differences[0]!.kind].title.vi;
          const id = await store.insertIncident(client, { number: name, title, by, reason: body.reason, now });
          const ids = differences.map((one) => one.id);
          await store.insertParties(client, id, parties, ids);
          for (const step of body.steps)
            await insertMessage(client, id, {
              kind: 'step',
              party: null,
              at: now,
              channel: null,
              reference: null,
              words: seal.close(step, wordsName(name)),
              notedBy: by,
              notedAt: now,
            });
          return name;
        });
        call.audited({ details: { incident: number, differences: differences.length, reason: body.reason } });
        call.header('location', `/v1/incidents/${number}`);
        return wholeOf(await foundFor(pool, catalogue(), number, call), now);
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/incidents',
      id: 'listIncidents',
      tag,
      summary: { vi: 'Các sự cố, mới nhất trước', en: 'Incidents, newest first' },
      scope: 'incidents.read',
      query: z.object({
        state: z.enum(['open', 'closed']).optional(),
        late: z.literal('true').optional().meta({ description: 'Only those with an answer that is overdue' }),
        difference: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
        cursor: z
          .string()
          .regex(/^\d{1,15}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(incidentAnswer) }) },
      errors: [],
      example: { query: { state: 'open', limit: 20 } },
      handler: async (call) => {
        const { state, late, difference, limit, cursor } = call.query;
        const found = await store.listIncidents(pool, {
          own: catalogue().agencies.asOf(call.now).codesUnder(call.caller.agencies),
          state: state ?? null,
          lateAt: late === undefined ? null : call.now,
          difference: difference ?? null,
          before: cursor === undefined ? null : Number(cursor),
          limit,
        });
        if (found.length === limit) linkNext(call, found.at(-1)!.id);
        return { items: found.map((incident) => toIncidentAnswer(incident, call.now)) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/incidents/counts',
      id: 'countIncidents',
      tag,
      summary: { vi: 'Số sự cố đang mở', en: 'How many incidents are open, and how their clocks stand' },
      scope: 'incidents.read',
      response: { 200: incidentCounts },
      errors: [],
      example: {},
      handler: async (call) => {
        const own = catalogue().agencies.asOf(call.now).codesUnder(call.caller.agencies);
        const { nextDueAt, ...counts } = await store.countIncidents(pool, own, call.now);
        return { ...counts, nextDueAt: rfc3339(nextDueAt) };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/incidents/:number',
      id: 'getIncident',
      tag,
      summary: { vi: 'Một sự cố', en: 'An incident: its parties and their clocks, what was said, what is attached' },
      scope: 'incidents.read',
      audit: 'read',
      params: numberParams,
      response: { 200: whole },
      errors: ['not-found'],
      example: { params: { number: EXAMPLE_INCIDENT } },
      handler: async (call) => {
        call.audited({ details: { incident: call.params.number } });
        return wholeOf(await foundFor(pool, catalogue(), call.params.number, call), call.now);
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/incidents/:number/close',
      id: 'closeIncident',
      tag,
      summary: { vi: 'Đóng sự cố', en: 'Close an incident, and the differences that were left to people' },
      scope: 'incidents.manage',
      audit: 'write',
      params: numberParams,
      body: z.strictObject({ reason: z.string().min(3).max(1000) }),
      response: { 200: whole },
      errors: ['not-found'],
      example: { params: { number: CLOSED_EXAMPLE }, body: { reason: 'Cổng đã khắc phục' } },
      handler: async (call) => {
        const incident = await foundFor(pool, catalogue(), call.params.number, call);
        const by = call.access.officer ?? call.caller.clientId;
        const { reason } = call.body;
        call.audited({ details: { incident: incident.number, reason } });
        // One that is closed already is left as it is: its answer says so.
        await inTransaction(pool, async (client) => {
          if (await store.lockOpen(client, incident.id))
            await store.closeIncident(client, incident.id, { by, reason, now: call.now });
        });
        return wholeOf(await foundFor(pool, catalogue(), incident.number, call), call.now);
      },
    }),
  ];
}
