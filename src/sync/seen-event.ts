/** @module Something that a destination shows of a dossier and that nobody told us, as an event with the destination as its source. Pure. */
import type { ShownProgress } from '../capabilities/portal.ts';
import type { EventCommand } from '../dossiers/commands.ts';

export interface SeenEvent extends Pick<EventCommand, 'kind' | 'status' | 'reason' | 'appointment' | 'body'> {
  /** Epoch milliseconds. */
  readonly at: number;
  /** What tells it from all else that is seen of the dossier. */
  readonly id: string;
}

export const seenEvent = (
  code: string,
  destination: string,
  { kind, status, reason, appointment, body, at, id }: SeenEvent,
): EventCommand => ({
  type: 'event',
  source: destination,
  ref: { code, alias: null },
  eventId: `${code}:${id}`,
  operation: 'seen',
  bodyDigest: null,
  kind,
  status,
  reason,
  outcome: null,
  occurredAt: at,
  appointment,
  body,
  seenAt: destination,
  opens: null,
  known: null,
  onFault: 'refuse',
  agencies: null,
});

/** The words of a record, and who stands there as its writer. */
export const wordsOf = ({ text, officer, department }: ShownProgress): Readonly<Record<string, unknown>> => ({
  ...(text === '' ? {} : { note: text }),
  ...(officer === '' && department === ''
    ? {}
    : { officer: { name: officer === '' ? null : officer, department: department === '' ? null : department } }),
});
