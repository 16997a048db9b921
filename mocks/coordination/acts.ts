/** @module What people at the coordination system do, as the data of the message that tells of it. */
import { randomUUID } from 'node:crypto';
import { oneOf, optionalText, optionalTime, requiredText } from '../act-input.ts';
import { inventPerson } from '../people.ts';
import { seededRandom, seedOf } from '../random.ts';
import { type Act, ActRefused } from '../simulator.ts';
import { toRfc3339 } from '../times.ts';

/** The status that each act reports. */
const STATUS_OF: Readonly<Record<string, string>> = {
  open: 'accepted',
  accept: 'accepted',
  process: 'processing',
  pause: 'paused',
  resume: 'resumed',
  complete: 'completed',
  return: 'returned',
  reject: 'rejected',
  withdraw: 'withdrawn',
  stop: 'stopped',
};
const TRANSFER = 'transfer';

export interface Message {
  readonly type: 'dossier.status.changed' | 'dossier.transferred';
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly dossierCode: string };
}

/**
 * @param now the instant the act means when it names none
 * @param onItsClock what the system's clock shows at an instant: what it writes into its messages
 */
export function messageOf(act: Act, now: number, onItsClock: (at: number) => number): Message {
  const name = oneOf(requiredText(act, 'act'), 'act', [...Object.keys(STATUS_OF), TRANSFER]);
  const dossierCode = requiredText(act, 'dossier');
  const at = optionalTime(act, 'at') ?? now;
  const common = {
    eventId: optionalText(act, 'eventId') ?? randomUUID(),
    dossierCode,
    occurredAt: toRfc3339(onItsClock(at)),
    note: optionalText(act, 'note') ?? undefined,
    actor: optionalText(act, 'actor') ?? 'Hệ thống điều phối',
  };
  const timestamp = toRfc3339(onItsClock(now));
  if (name === TRANSFER) {
    const data = {
      ...common,
      fromAgency: optionalText(act, 'fromAgency') ?? undefined,
      toAgency: requiredText(act, 'toAgency'),
    };
    return { type: 'dossier.transferred', timestamp, data };
  }
  const data = { ...common, status: STATUS_OF[name]!, ...particulars(name, act, dossierCode, at) };
  return { type: 'dossier.status.changed', timestamp, data };
}

function particulars(name: string, act: Act, dossierCode: string, at: number): object {
  if (name === 'open') return whatIsKnown(act, dossierCode, at);
  if (name === 'pause') return { pauseReason: requiredText(act, 'reason') };
  const newAppointmentAt = optionalTime(act, 'newAppointmentAt');
  return name === 'resume' && newAppointmentAt !== null ? { newAppointmentAt: toRfc3339(newAppointmentAt) } : {};
}

/** What the system tells of a dossier that nobody registered at the province. */
function whatIsKnown(act: Act, dossierCode: string, at: number): object {
  return {
    procedureCode: optionalText(act, 'procedureCode') ?? '1.005129',
    agencyCode: optionalText(act, 'agencyCode') ?? dossierCode.split('-')[0],
    receivedAt: toRfc3339(optionalTime(act, 'receivedAt') ?? at),
    applicant: applicantOf(act.applicant, dossierCode),
  };
}

function applicantOf(given: unknown, dossierCode: string): object {
  if (given === undefined || given === null) {
    const { name, personalId, birthDate, phone } = inventPerson(seededRandom(seedOf(dossierCode)));
    return { kind: 'citizen', name, personalId, birthDate, phone };
  }
  if (typeof given !== 'object' || Array.isArray(given)) throw new ActRefused(400, '"applicant" must be an object');
  return given;
}
