/** @module From the generic push to events of the timeline; pure. */
import type { z } from 'zod';
import { type CHANNELS, type DossierFields, type EventCommand, saying, told } from '../../src/capabilities/exchange.ts';
import type { MappedPush, Push } from '../../src/connector/define.ts';
import { readJson } from '../../src/connector/read-json.ts';
import { violationsIn } from '../../src/connector/violations.ts';
import {
  envelope,
  type MessageType,
  type StatusChanged,
  statusChanged,
  type Transferred,
  transferred,
} from './wire.ts';

const SOURCE = 'coordination';

/** What an installation decides of the mapping. */
interface Settings {
  readonly OPENS_DOSSIERS: boolean;
  readonly DEFAULT_CHANNEL: (typeof CHANNELS)[number];
}

/** Reads a message whole or not at all: one faulty event refuses it, with every fault named. */
export function mapPush({ body, settings, language }: Push<Settings>): MappedPush {
  const read = readJson(body, language);
  if (!read.ok) return { unreadable: read.violations, malformed: read.malformed };
  const parsed = envelope.safeParse(read.value);
  if (!parsed.success) return { unreadable: violationsIn(envelope, read.value, '$', language), malformed: false };

  const { type, data } = parsed.data;
  const isMany = Array.isArray(data);
  const commands: EventCommand[] = [];
  const unreadable: ReturnType<typeof violationsIn> = [];
  for (const [i, item] of (isMany ? data : [data]).entries()) {
    const event = EVENTS[type](item, settings);
    if ('command' in event) commands.push(event.command);
    else unreadable.push(...violationsIn(event.schema, item, isMany ? `$.data[${i}]` : '$.data', language));
  }
  return unreadable.length === 0 ? { commands } : { unreadable, malformed: false };
}

type ReadEvent = { readonly command: EventCommand } | { readonly schema: z.ZodType };

const EVENTS: Readonly<Record<MessageType, (item: unknown, settings: Settings) => ReadEvent>> = {
  'dossier.status.changed': (item, settings) => {
    const parsed = statusChanged.safeParse(item);
    return parsed.success ? { command: statusOf(parsed.data, settings) } : { schema: statusChanged };
  },
  'dossier.transferred': (item, settings) => {
    const parsed = transferred.safeParse(item);
    return parsed.success ? { command: transferOf(parsed.data, settings) } : { schema: transferred };
  },
};

function statusOf(data: StatusChanged, settings: Settings): EventCommand {
  return told({
    ...common('dossier.status.changed', data, settings),
    kind: 'status',
    status: data.status,
    reason: data.pauseReason ?? null,
    outcome: data.outcome ?? null,
    appointment: data.newAppointmentAt ? { at: Date.parse(data.newAppointmentAt), basis: 'ministry' } : null,
    body: saying(details(data)),
    known: known(data, settings),
  });
}

function transferOf(data: Transferred, settings: Settings): EventCommand {
  return told({
    ...common('dossier.transferred', data, settings),
    kind: 'transfer',
    body: saying({ fromAgency: data.fromAgency, toAgency: data.toAgency, ...details(data) }),
  });
}

const common = (operation: MessageType, data: StatusChanged | Transferred, settings: Settings) => ({
  source: SOURCE,
  operation,
  ref: { code: data.dossierCode, alias: null },
  eventId: data.eventId ?? null,
  occurredAt: Date.parse(data.occurredAt),
  opens: settings.OPENS_DOSSIERS ? ('coordination' as const) : null,
});

const details = ({ note, actor, document, officer }: StatusChanged | Transferred) => ({
  note,
  actor,
  document,
  officer,
});

/** What the message tells of the dossier itself, so that one nobody registered gets its identity. */
function known(data: StatusChanged, settings: Settings): DossierFields | null {
  const { procedureCode, agencyCode, channel, submittedAt, receivedAt, applicant } = data;
  const fields = saying({ procedureCode, agencyCode, channel, submittedAt, receivedAt, applicant });
  // Most of its messages are online dossiers and do not say so (assumed); a registration corrects it.
  return fields && { channel: settings.DEFAULT_CHANNEL, ...fields };
}
