/** @module The province's iGate as a receiver of the gateway's webhooks: checks the signature, remembers each change once, keeps the order in which they came. */
import { Webhook } from 'standardwebhooks';
import type { Entry } from '../journal.ts';
import {
  ActRefused,
  type Answer,
  type Call,
  type Host,
  jsonAnswer,
  type SettingsEntry,
  type Simulator,
  type System,
} from '../simulator.ts';
import { parseRfc3339 } from '../times.ts';
import { DEFAULT_SETTINGS, type IgateSettings, settingsFaults, settingsSchema } from './settings.ts';

/** A change as the gateway tells it; more members may come. */
interface Change {
  readonly pos: number;
  readonly dossierCode: string | null;
  readonly status: string | null;
  readonly occurredAt: string;
}

interface ReceivedEntry extends Entry {
  readonly kind: 'received';
  readonly messageId: string;
  readonly changes: readonly Change[];
}

type IgateEntry = ReceivedEntry | SettingsEntry;

const RECEIVE = 'webhooks';

export const igate: System = { id: 'igate', build: buildIgate };

function buildIgate(host: Host): Simulator<IgateEntry> {
  let settings: IgateSettings = DEFAULT_SETTINGS;
  let known = new Set<number>();
  const refuse = (status: number, message: string): Answer => jsonAnswer({ message }, status, true);
  const isReceive = (call: Call): boolean => call.method === 'POST' && call.path === '/webhooks';

  function receive(call: Call, drops: () => boolean): Answer {
    if (settings.gone) return refuse(410, 'iGate no longer wants these');
    if (!isProven(call, settings.secrets)) return refuse(401, 'the signature is not one of a known secret');
    const changes = changesOf(call.json());
    if (changes === null) return refuse(400, '"data" must be a change or a list of changes');
    if (changes.some(({ dossierCode }) => dossierCode !== null && settings.refuses.includes(dossierCode)))
      return refuse(500, 'a fault in iGate');
    const entry: ReceivedEntry = {
      kind: 'received',
      at: host.now(),
      messageId: String(call.headers['webhook-id']),
      changes,
    };
    if (changes.length > 0 && !drops()) host.keep(entry);
    return jsonAnswer({ received: changes.length });
  }

  return {
    service: (call) => (isReceive(call) ? RECEIVE : 'unknown'),
    writes: isReceive,
    answer: (call, bend) => (isReceive(call) ? receive(call, () => bend.drops()) : refuse(404, 'nothing answers here')),
    apply(entry) {
      if (entry.kind === 'settings') {
        settings = { ...settings, ...settingsSchema.parse(entry.settings) };
        return;
      }
      for (const { pos, dossierCode, status, occurredAt } of entry.changes) {
        host.witness({
          at: entry.at,
          dossier: dossierCode ?? '',
          service: RECEIVE,
          status,
          occurredAt: parseRfc3339(occurredAt),
          appointmentAt: null,
          effect: !known.has(pos),
        });
        known.add(pos);
      }
    },
    act() {
      throw new ActRefused(400, 'iGate’s people act through the gateway’s API; there is no act to play here');
    },
    settings: { current: () => ({ ...settings }), faults: settingsFaults },
    reset() {
      settings = DEFAULT_SETTINGS;
      known = new Set();
    },
  };
}

/** Whether one of the secrets signed the message, within five minutes. */
function isProven(call: Call, secrets: readonly string[]): boolean {
  const headers = Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, String(call.headers[name] ?? '')]),
  );
  return secrets.some((secret) => {
    try {
      new Webhook(secret).verify(call.body, headers);
      return true;
    } catch {
      return false;
    }
  });
}

/** The changes of a message of type `change` or `changes`; none in a test message, null where it is neither. */
function changesOf(message: unknown): Change[] | null {
  if (typeof message !== 'object' || message === null || !('type' in message) || !('data' in message)) return null;
  if (message.type === 'test') return [];
  const list = message.type === 'changes' ? message.data : [message.data];
  return Array.isArray(list) && list.every(isChange) ? list : null;
}

const isChange = (value: unknown): value is Change =>
  typeof value === 'object' &&
  value !== null &&
  'pos' in value &&
  typeof value.pos === 'number' &&
  'dossierCode' in value &&
  'occurredAt' in value &&
  typeof value.occurredAt === 'string' &&
  parseRfc3339(value.occurredAt) !== null;
