/** @module Commands as routes make them, with what a test does not care about filled in. */
import type { EventCommand, RegisterCommand } from '../../src/dossiers/commands.ts';
import type { DossierFields } from '../../src/dossiers/shape.ts';
import type { ReportedStatus } from '../../src/dossiers/status.ts';
import { LAND } from './catalogue.ts';

/** A time of 2026 in Viet Nam, such as `03-10T08:30`, as epoch milliseconds. */
export function at(local: string): number {
  const time = Date.parse(`2026-${local}${local.length === 11 ? ':00' : ''}+07:00`);
  if (Number.isNaN(time)) throw new Error(`not a time: ${local}`);
  return time;
}

export const fields: DossierFields = {
  procedureCode: LAND,
  agencyCode: 'H15.50',
  channel: 'online',
  submittedAt: '2026-03-10T08:00:00+07:00',
  receivedAt: '2026-03-10T08:30:00+07:00',
  applicant: { kind: 'citizen', name: 'Nguyễn Văn An', personalId: '066090000123' },
};

/** A `PUT` of a dossier by an iGate for all of H15. */
export const registration = (code: string, more: Partial<RegisterCommand> = {}): RegisterCommand => ({
  type: 'register',
  source: 'igate',
  code,
  mode: 'put',
  ifMatch: null,
  reason: null,
  agencies: ['H15'],
  author: 'igate',
  ...more,
  fields: { ...fields, ...more.fields },
});

let events = 0;

/** A status told by iGate, whose faults it hears. */
export function status(
  code: string,
  told: ReportedStatus,
  occurredAt: string,
  more: Partial<EventCommand> = {},
): EventCommand {
  events += 1;
  return {
    type: 'event',
    source: 'igate',
    ref: { code, alias: null },
    eventId: `event-${events}`,
    operation: 'status',
    bodyDigest: null,
    kind: 'status',
    status: told,
    reason: told === 'paused' ? 'tax-determination' : null,
    outcome: null,
    occurredAt: at(occurredAt),
    appointment: null,
    body: null,
    opens: null,
    known: null,
    onFault: 'refuse',
    agencies: ['H15'],
    ...more,
  };
}

/** A status pushed by the land registry: ids are derived, faults quarantined, unknown dossiers opened. */
export const landStatus = (
  code: string,
  told: ReportedStatus,
  occurredAt: string,
  more: Partial<EventCommand> = {},
): EventCommand =>
  status(code, told, occurredAt, {
    source: 'land-registry',
    eventId: null,
    operation: told === 'paused' ? 'YeuCauBoSungHoSo' : 'NhanBoSungHoSo',
    opens: 'ministry',
    onFault: 'quarantine',
    agencies: null,
    ...more,
  });
