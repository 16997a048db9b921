/** @module Posts an invented quarter through the public API, and waits until the portal has it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { toRfc3339 } from '../../mocks/times.ts';
import type { StoryDossier } from './story.ts';
import { Api, inLanes, type Target } from './target.ts';

const CONNECTIONS = 48;
/** As many events as one message takes. */
const BATCH = 1_000;
const BATCHES_AT_ONCE = 4;

export interface Posting {
  readonly dossiers: number;
  readonly events: number;
}

/** @param progress told how much is done, 0–1, of each stage */
export async function post(
  target: Target,
  dossiers: readonly StoryDossier[],
  progress: (stage: string, done: number) => void,
): Promise<Posting> {
  const api = new Api(target, CONNECTIONS);
  let posted = 0;
  await inLanes(dossiers, CONNECTIONS, async (dossier) => {
    await api.call('PUT', `/v1/dossiers/${dossier.code}`, registrationOf(dossier));
    progress('registering', ++posted / dossiers.length);
  });

  // Whole dossiers in each message, so that one's events are told in order.
  const messages: object[][] = [[]];
  for (const dossier of dossiers) {
    const events = eventsOf(dossier);
    if (messages.at(-1)!.length + events.length > BATCH) messages.push([]);
    messages.at(-1)!.push(...events);
  }
  let events = 0;
  let told = 0;
  await inLanes(messages, BATCHES_AT_ONCE, async (message) => {
    const { items } = await api.call<{ items: { result: string }[] }>('POST', '/v1/events', { events: message });
    const refused = items.find(({ result }) => result !== 'accepted');
    if (refused) throw new Error(`an event was not accepted: ${JSON.stringify(refused)}`);
    events += message.length;
    progress('telling events', ++told / messages.length);
  });

  await untilInStep(target, progress);
  await api.close();
  return { dossiers: dossiers.length, events };
}

async function untilInStep({ database }: Target, progress: (stage: string, done: number) => void): Promise<void> {
  for (;;) {
    const { rows } = await database.query<{ left: number; all: number }>(
      'select count(*) filter (where acked_seq < head_seq)::int as left, count(*)::int as all from sync_state',
    );
    const { left, all } = rows[0]!;
    progress('to the portal', all === 0 ? 1 : 1 - left / all);
    if (left === 0) return;
    await sleep(500);
  }
}

function registrationOf(dossier: StoryDossier): object {
  const { procedureCode, agencyCode, channel, receivedAt, isDigitised } = dossier;
  return {
    procedureCode,
    agencyCode,
    channel,
    submittedAt: toRfc3339(receivedAt),
    receivedAt: toRfc3339(receivedAt),
    applicant: { kind: 'citizen', name: 'Nguyễn Văn An' },
    components: [{ code: '000.00.00.H15-KQ000001', name: 'Đơn đăng ký', digitised: isDigitised, reused: false }],
  };
}

const eventsOf = ({ code, events }: StoryDossier): object[] =>
  events.map(({ status, pauseReason, at }, n) => ({
    eventId: `${code}/${n}`,
    dossierCode: code,
    status,
    occurredAt: toRfc3339(at),
    ...(pauseReason && { pauseReason, reasonText: 'Theo quy trình' }),
    ...(status === 'completed' && { outcome: 'granted' }),
  }));
