/** @module iGate's own events: many dossiers at once, answered one by one. */
import { z } from 'zod';
import { defineRoute, type Route } from '../http/route.ts';
import type { Appender } from './append.ts';
import type { CommandResult, EventCommand } from './commands.ts';
import { EXAMPLE_CODE, exampleEvent } from './examples.ts';
import { dossierCode, type EventInput, event } from './shape.ts';
import type { AppointmentBasis, EntryKind } from './state.ts';

const KIND: Readonly<Record<EventInput['type'], EntryKind>> = {
  status: 'status',
  reopened: 'status',
  transferred: 'transfer',
  extended: 'appointment',
  'appointment-changed': 'appointment',
};

/** An event of iGate as a command; `agencies` are those its client may touch. */
export function toEventCommand(input: EventInput, code: string, agencies: readonly string[]): EventCommand {
  const { eventId, type, status, pauseReason, occurredAt, newAppointmentAt, outcome, dossierCode: _, ...rest } = input;
  const basis: AppointmentBasis = type === 'extended' ? 'form-04' : 'ministry';
  const body = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null && value !== undefined));
  return {
    type: 'event',
    source: 'igate',
    ref: { code, alias: null },
    eventId,
    operation: type,
    bodyDigest: null,
    kind: KIND[type],
    status: type === 'reopened' ? 'reopened' : type === 'status' ? (status ?? null) : null,
    reason: pauseReason ?? null,
    outcome: outcome ?? null,
    occurredAt: Date.parse(occurredAt),
    appointment: newAppointmentAt ? { at: Date.parse(newAppointmentAt), basis } : null,
    body: Object.keys(body).length > 0 ? body : null,
    opens: null,
    known: null,
    onFault: 'refuse',
    agencies,
  };
}

const itemAnswer = z.object({
  eventId: z.string(),
  dossierCode: z.string(),
  result: z.enum(['accepted', 'duplicate', 'held', 'refused']),
  seq: z.int().nullable(),
  reason: z.string().nullable(),
  detail: z.string().nullable(),
});
const answer = z.object({
  accepted: z.int(),
  duplicates: z.int(),
  held: z.int(),
  refused: z.int(),
  items: z.array(itemAnswer),
});

function toItem(input: EventInput, code: string, result: CommandResult): z.input<typeof itemAnswer> {
  const named = { eventId: input.eventId, dossierCode: code };
  switch (result.outcome) {
    case 'accepted':
    case 'held':
      return { ...named, result: result.outcome, seq: result.seq, reason: null, detail: null };
    case 'duplicate':
      return { ...named, result: 'duplicate', seq: result.seq, reason: null, detail: null };
    case 'refused':
      return { ...named, result: 'refused', seq: null, reason: result.code, detail: result.detail };
    case 'quarantined':
      return { ...named, result: 'refused', seq: null, reason: result.reason, detail: result.detail };
    case 'unchanged':
      return { ...named, result: 'duplicate', seq: result.seq, reason: null, detail: null };
  }
}

const count = (items: readonly z.input<typeof itemAnswer>[], wanted: string): number =>
  items.filter(({ result }) => result === wanted).length;

export function eventRoutes({ appender }: { readonly appender: Appender }): Route[] {
  const take = async (
    events: readonly { input: EventInput; code: string }[],
    agencies: readonly string[],
  ): Promise<z.input<typeof answer>> => {
    const results = await appender.append({
      commands: events.map(({ input, code }) => toEventCommand(input, code, agencies)),
      raw: null,
    });
    const items = events.map(({ input, code }, i) => toItem(input, code, results[i]!));
    return {
      accepted: count(items, 'accepted'),
      duplicates: count(items, 'duplicate'),
      held: count(items, 'held'),
      refused: count(items, 'refused'),
      items,
    };
  };
  const one = event.refine((input) => input.dossierCode !== undefined, {
    path: ['dossierCode'],
    error: 'dossierCode is required here',
  });
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/events',
      id: 'postEvents',
      tag: 'events',
      summary: { vi: 'Gửi diễn biến của nhiều hồ sơ', en: 'Report events of any dossiers' },
      scope: 'events.write',
      audit: 'write',
      bodyLimit: 4 * 1024 * 1024,
      body: z.strictObject({ events: z.array(one).min(1).max(1000) }),
      response: { 200: answer },
      errors: ['queue-full', 'database-unavailable'],
      example: { body: { events: [exampleEvent] } },
      handler: (call) =>
        take(
          call.body.events.map((input) => ({ input, code: input.dossierCode! })),
          call.caller.agencies,
        ),
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/dossiers/:code/events',
      id: 'postDossierEvents',
      tag: 'events',
      summary: { vi: 'Gửi diễn biến của một hồ sơ', en: 'Report events of one dossier' },
      scope: 'events.write',
      audit: 'write',
      bodyLimit: 4 * 1024 * 1024,
      params: z.object({ code: dossierCode }),
      body: z.strictObject({ events: z.array(event).min(1).max(1000) }),
      response: { 200: answer },
      errors: ['queue-full', 'database-unavailable'],
      example: {
        params: { code: EXAMPLE_CODE },
        body: {
          events: [
            {
              ...exampleEvent,
              eventId: 'igate-77121',
              status: 'resumed',
              pauseReason: null,
              occurredAt: '2026-03-16T09:00:00+07:00',
              reasonText: null,
            },
          ],
        },
      },
      handler: (call) => {
        call.audited({ dossier: call.params.code });
        return take(
          call.body.events.map((input) => ({ input, code: call.params.code })),
          call.caller.agencies,
        );
      },
    }),
  ];
}
