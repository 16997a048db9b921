/** @module What happens to the dossiers of a fault run: registrations, pushes and events of three systems, each with what the portal is to show of it. */
import { DAY, HOUR, SECOND } from '../../src/units.ts';
import type { Sent } from './history.ts';

/** What an event says: the status code by which the portal is to know it, and when it happened. */
type Told = Pick<Sent, 'event' | 'code' | 'occurredAt' | 'shows'>;

/** One call of a sender, repeated until it is taken. */
export interface Step {
  readonly dossier: string;
  readonly sender: 'igate' | 'coordination' | 'land-registry';
  readonly method: 'PUT' | 'POST';
  readonly path: string;
  readonly body: unknown;
  readonly tells: readonly Told[];
}

/** Codes of the portal, as its guide has them. */
export const SHOWN = {
  submitted: '1',
  accepted: '2',
  processing: '4',
  supplement: '5',
  paused: '6',
  completed: '9',
  returned: '10',
} as const;

const OFFSET = 7 * HOUR;
const rfc3339 = (at: number): string => `${new Date(at + OFFSET).toISOString().slice(0, 19)}+07:00`;

/** Everything in a run happened on one day two weeks ago; hours count from 08:00 in Viet Nam. */
export const RUN_DAY = Math.floor((Date.now() + OFFSET) / DAY) * DAY - OFFSET - 14 * DAY;
export const hour = (number: number): number => RUN_DAY + (8 + number) * HOUR;

/** The n-th dossier of a run. */
export function dossierCode(number: number): string {
  const day = new Date(RUN_DAY + OFFSET).toISOString().slice(2, 10).replaceAll('-', '');
  return `H15.50-${day}-${String(number).padStart(6, '0')}`;
}

/** iGate registers a dossier: it was submitted and received. */
export function register(dossier: string, fields: Readonly<Record<string, unknown>> = {}): Step {
  const [submittedAt, receivedAt] = [hour(0), hour(0.5)];
  return {
    dossier,
    sender: 'igate',
    method: 'PUT',
    path: `/v1/dossiers/${dossier}`,
    body: {
      procedureCode: '1.005129',
      agencyCode: 'H15.50',
      channel: 'online',
      submittedAt: rfc3339(submittedAt),
      receivedAt: rfc3339(receivedAt),
      applicant: { kind: 'citizen', name: 'Nguyễn Văn Thử' },
      ...fields,
    },
    tells: [
      { event: 'submitted', code: SHOWN.submitted, occurredAt: submittedAt, shows: 'must' },
      { event: 'accepted', code: SHOWN.accepted, occurredAt: receivedAt, shows: 'must' },
    ],
  };
}

/** iGate tells of a step of its own work. */
export function igate(
  dossier: string,
  status: 'processing' | 'completed' | 'returned',
  at: number,
  shows: Sent['shows'] = 'must',
): Step {
  const event = `igate-${status}-${at / SECOND}`;
  return {
    dossier,
    sender: 'igate',
    method: 'POST',
    path: '/v1/events',
    body: {
      events: [
        { eventId: `${dossier}-${event}`, dossierCode: dossier, type: 'status', status, occurredAt: rfc3339(at) },
      ],
    },
    tells: [{ event, code: SHOWN[status], occurredAt: at, shows }],
  };
}

/** The coordination system pauses for a financial obligation, or resumes. */
export function coordination(dossier: string, status: 'paused' | 'resumed', at: number): Step {
  return {
    dossier,
    sender: 'coordination',
    method: 'POST',
    path: '/v1/webhooks/coordination',
    body: {
      type: 'dossier.status.changed',
      timestamp: rfc3339(at),
      data: {
        dossierCode: dossier,
        status,
        occurredAt: rfc3339(at),
        ...(status === 'paused' ? { pauseReason: 'financial-obligation' } : {}),
      },
    },
    tells: [
      {
        event: `coordination-${status}-${at / SECOND}`,
        code: status === 'paused' ? SHOWN.paused : SHOWN.processing,
        occurredAt: at,
        shows: 'must',
      },
    ],
  };
}

/** The land registry pauses until the tax is determined, or resumes. */
export function landRegistry(dossier: string, status: 'paused' | 'resumed', at: number): Step {
  const time = `/Date(${at})/`;
  const isPause = status === 'paused';
  return {
    dossier,
    sender: 'land-registry',
    method: 'POST',
    path: `/v1/webhooks/land-registry/${isPause ? 'YeuCauBoSungHoSo' : 'NhanBoSungHoSo'}/{code}`,
    body: isPause
      ? {
          SoBienNhan: dossier,
          NgayChoBoSung: time,
          LaTamDung: true,
          danhSachVanBanChoBoSung: [{ vanBanPhatSinhId: 'VB-1', loaiVanBanPhatSinh: 5, ngayVanBan: time }],
        }
      : { SoBienNhan: dossier, NgayNhanBoSung: time },
    tells: [
      {
        event: `land-registry-${status}-${at / SECOND}`,
        code: isPause ? SHOWN.paused : SHOWN.processing,
        occurredAt: at,
        shows: 'must',
      },
    ],
  };
}

/** A whole life in ten events of three systems. */
export function life(dossier: string): Step[] {
  return [
    register(dossier),
    igate(dossier, 'processing', hour(1)),
    landRegistry(dossier, 'paused', hour(2)),
    landRegistry(dossier, 'resumed', hour(3)),
    coordination(dossier, 'paused', hour(4)),
    coordination(dossier, 'resumed', hour(5)),
    igate(dossier, 'processing', hour(6)),
    igate(dossier, 'completed', hour(7)),
    igate(dossier, 'returned', hour(8)),
  ];
}

/** Lives of `count` dossiers from the `first` on. */
export const lives = (count: number, first = 1): Step[][] =>
  Array.from({ length: count }, (_, i) => life(dossierCode(first + i)));
