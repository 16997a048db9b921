/** @module The documents' examples: invented persons' dossiers. `npm start` plants those that an example reads or changes. */
import type { Command } from './commands.ts';
import type { DossierFields } from './shape.ts';

/** Stands in the demo: read, changed and reported on by the examples. */
export const EXAMPLE_CODE = 'H15.58-260310-8001';
/** Stands in the demo to be superseded by the former. */
export const SUPERSEDED_EXAMPLE = 'H15.58-260310-8002';
/** Registered by the examples themselves. */
export const NEW_EXAMPLE = 'H15.58-260310-8003';
export const CREATED_EXAMPLE = 'H15.58-260310-8004';
/** The planted entry that an example takes back. */
export const VOIDED_EXAMPLE_SEQ = 4;

export const examplePut = {
  procedureCode: '1.005129',
  agencyCode: 'H15.58',
  channel: 'online' as const,
  receivedAt: '2026-03-10T08:30:00+07:00',
  submittedAt: '2026-03-10T08:00:00+07:00',
  applicant: {
    kind: 'citizen' as const,
    name: 'Nguyễn Văn An',
    personalId: '066090000123',
    birthDate: '1990-05-17',
    phone: '0900000000',
    vneidVerified: true,
  },
  summary: 'Đăng ký biến động đất đai',
} satisfies DossierFields;

export const exampleEvent = {
  eventId: 'igate-77120',
  dossierCode: EXAMPLE_CODE,
  type: 'status' as const,
  status: 'paused' as const,
  pauseReason: 'financial-obligation',
  occurredAt: '2026-03-12T16:00:00+07:00',
  officer: { id: 'cb-204', name: 'Lê Thị Bình', title: 'Chuyên viên', department: 'Phòng Đăng ký' },
  reasonText: 'Chờ thông báo thuế',
};

const register = (code: string): Command => ({
  type: 'register',
  source: 'igate',
  code,
  fields: examplePut,
  mode: 'put',
  ifMatch: null,
  reason: null,
  agencies: null,
  author: 'demo',
});

const event = (code: string, eventId: string, occurredAt: string): Command => ({
  type: 'event',
  source: 'igate',
  ref: { code, alias: null },
  eventId,
  operation: 'status',
  bodyDigest: null,
  kind: 'status',
  status: 'processing',
  reason: null,
  outcome: null,
  occurredAt: Date.parse(occurredAt),
  appointment: null,
  body: null,
  opens: null,
  known: null,
  onFault: 'quarantine',
  agencies: null,
});

/**
 * What the demo plants for the examples: two dossiers, the former with a processing entry at
 * `VOIDED_EXAMPLE_SEQ`, and two quarantined events (before the dossier was submitted) as the first two items of the quarantine.
 */
export const exampleCommands: readonly Command[] = [
  register(EXAMPLE_CODE),
  register(SUPERSEDED_EXAMPLE),
  event(EXAMPLE_CODE, 'example-1', '2026-03-10T14:00:00+07:00'),
  event(EXAMPLE_CODE, 'example-too-early-1', '2026-01-05T08:00:00+07:00'),
  event(EXAMPLE_CODE, 'example-too-early-2', '2026-01-05T09:00:00+07:00'),
];
