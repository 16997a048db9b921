/** @module What the load tells: invented dossiers that live through steps, pauses and resumes, each event with effect. */
import { DAY, MINUTE, SECOND } from '../../src/units.ts';

/** The dossiers of one round: all were received at `receivedAt` (epoch milliseconds), long before the load. */
export interface Story {
  readonly receivedAt: number;
  readonly dossiers: number;
}

const AGENCY = 'H15.50';
const PROCEDURE = '1.005129';

/** Received a month ago, so that no event lies in the future, whatever its number. */
export function newStory(dossiers: number, now: number): Story {
  return { receivedAt: Math.floor((now - 30 * DAY) / SECOND) * SECOND, dossiers };
}

/** The last nine digits count; the date says nothing here. */
export const codeOf = (dossier: number): string => `${AGENCY}-260310-${String(dossier).padStart(6, '0')}`;

/** A life between acceptance and end; read round and round, each step has effect after the one before it. */
const STEPS = [
  { status: 'processing' },
  { status: 'paused', pauseReason: 'financial-obligation' },
  { status: 'resumed' },
  { status: 'processing' },
  { status: 'paused', pauseReason: 'tax-determination' },
  { status: 'resumed' },
] as const;

/** What the portal's wire calls each status; for the peers, which know no more of the portal than this. */
export const PORTAL_CODES: Readonly<Record<string, string>> = { processing: '4', paused: '6', resumed: '4' };

const isoOf = (at: number): string => new Date(at).toISOString();

/** A dossier's nth event, counted from 0. */
export interface StoryEvent {
  readonly dossier: number;
  readonly n: number;
}

/** The message about events of different dossiers; a single one stands by itself. */
export function eventMessage(story: Story, events: readonly StoryEvent[]): string {
  const data = events.map(({ dossier, n }) => {
    const dossierCode = codeOf(dossier);
    return {
      eventId: `${dossierCode}/${n}`,
      dossierCode,
      ...STEPS[n % STEPS.length]!,
      occurredAt: isoOf(story.receivedAt + (n + 1) * 7 * MINUTE),
      note: 'Chuyển bước xử lý',
      actor: 'Chi nhánh Văn phòng đăng ký đất đai',
    };
  });
  return JSON.stringify({
    type: 'dossier.status.changed',
    timestamp: isoOf(Date.now()),
    data: data.length === 1 ? data[0] : data,
  });
}

/** The message that registers dossiers `from` to `to` (exclusive): accepted, with all that identifies them. */
export function registrationMessage(story: Story, from: number, to: number): string {
  const data = [];
  for (let dossier = from; dossier < to; dossier++) {
    data.push({
      eventId: `${codeOf(dossier)}/accepted`,
      dossierCode: codeOf(dossier),
      status: 'accepted',
      occurredAt: isoOf(story.receivedAt),
      procedureCode: PROCEDURE,
      agencyCode: AGENCY,
      channel: 'online',
      submittedAt: isoOf(story.receivedAt - 5 * MINUTE),
      receivedAt: isoOf(story.receivedAt),
      applicant: { kind: 'citizen', name: 'Nguyễn Văn An' },
    });
  }
  return JSON.stringify({ type: 'dossier.status.changed', timestamp: isoOf(Date.now()), data });
}
