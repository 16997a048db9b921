/** @module The coordination system: signed generic messages to the province, statuses back (the wire is assumed). */
import { Webhook } from 'standardwebhooks';
import type { Entry } from '../journal.ts';
import { Past } from '../past.ts';
import type { PushRule } from '../pushes.ts';
import {
  type Answer,
  type Call,
  type Host,
  jsonAnswer,
  type Simulator,
  type SimulatorsOptions,
  type System,
} from '../simulator.ts';
import { parseRfc3339 } from '../times.ts';
import { messageOf } from './acts.ts';

/** A status that the province reported. */
interface StatusEntry extends Entry {
  readonly kind: 'status';
  readonly dossier: string;
  readonly status: string;
  readonly occurredAt: string;
  readonly effect: boolean;
}

/** The last message about a dossier, sent by an act. */
interface ToldEntry extends Entry {
  readonly kind: 'told';
  readonly dossier: string;
  readonly status: string | null;
}

type CoordinationEntry = StatusEntry | ToldEntry;

const STATUSES: ReadonlySet<unknown> = new Set([
  'submitted',
  'accepted',
  'rejected',
  'processing',
  'paused',
  'resumed',
  'completed',
  'returned',
  'withdrawn',
  'stopped',
]);
const SEND_STATUS = 'status';
const READ = 'dossier';

export const coordination: System = { id: 'coordination', build: buildCoordination };

function buildCoordination(host: Host, options: SimulatorsOptions): Simulator<CoordinationEntry> {
  let statusOf = new Map<string, string | null>();
  const past = new Past<{ readonly status: string | null }>();
  let received = new Set<string>();
  const webhook = options.webhooks?.coordination;

  const service = (call: Call): string =>
    call.path === '/dossiers/status' && call.method === 'POST'
      ? SEND_STATUS
      : call.path === '/dossiers' && call.method === 'GET'
        ? READ
        : 'unknown';
  const refuse = (status: number, message: string): Answer => jsonAnswer({ message }, status, true);
  const keyOf = (dossier: string, status: string, occurredAt: string): string =>
    `${dossier} ${status} ${parseRfc3339(occurredAt)}`;

  function takeStatus(call: Call, drops: () => boolean): Answer {
    const body = call.json() as Readonly<Record<string, unknown>> | null | undefined;
    const { dossierCode: dossier, status, occurredAt } = body ?? {};
    if (typeof dossier !== 'string' || dossier === '') return refuse(422, '"dossierCode" is required');
    if (typeof status !== 'string' || !STATUSES.has(status)) return refuse(422, '"status" is not one of the ten');
    if (typeof occurredAt !== 'string' || parseRfc3339(occurredAt) === null)
      return refuse(422, '"occurredAt" must be an RFC 3339 time');
    const effect = !received.has(keyOf(dossier, status, occurredAt));
    const entry: StatusEntry = { kind: 'status', at: host.now(), dossier, status, occurredAt, effect };
    if (!drops()) host.keep(entry);
    return jsonAnswer({ accepted: 1 }, 202);
  }

  function read(call: Call, then: number): Answer {
    const dossier = call.query.get('code') ?? '';
    const was = past.at(dossier, then);
    const now = statusOf.has(dossier) ? { status: statusOf.get(dossier) } : null;
    const known = was === undefined ? now : was;
    return known ? jsonAnswer({ dossierCode: dossier, status: known.status }) : refuse(404, 'no such dossier');
  }

  return {
    service,
    writes: (call) => service(call) === SEND_STATUS,
    answer(call, bend) {
      const name = service(call);
      if (name === SEND_STATUS) return takeStatus(call, () => bend.drops());
      return name === READ ? read(call, host.now() - bend.staleness()) : refuse(404, 'nothing answers here');
    },
    faultsChanged: () => past.reach(host.faults().staleReadMs ?? 0),
    apply(entry) {
      const before = statusOf.get(entry.dossier);
      past.note(entry.dossier, entry.at, before === undefined ? null : { status: before });
      statusOf.set(entry.dossier, entry.status ?? statusOf.get(entry.dossier) ?? null);
      if (entry.kind === 'told') return;
      const { at, dossier, status, effect } = entry;
      received.add(keyOf(dossier, status, entry.occurredAt));
      host.witness({
        at,
        dossier,
        service: SEND_STATUS,
        status,
        occurredAt: parseRfc3339(entry.occurredAt),
        appointmentAt: null,
        effect,
      });
    },
    act(act) {
      const at = host.now();
      const message = messageOf(act, at, host.onItsClock);
      const dossier = message.data.dossierCode;
      const status = typeof message.data.status === 'string' ? message.data.status : null;
      const entry: ToldEntry = { kind: 'told', at, dossier, status };
      host.keep(entry);
      return host.push({ dossier, operation: message.type, body: JSON.stringify(message) });
    },
    ...(webhook && { pushRule: signedPushes(webhook.url, webhook.secret) }),
    reset() {
      statusOf = new Map();
      received = new Set();
      past.reset();
    },
  };
}

/** Standard Webhooks: signed anew at each attempt, with the true time, else a retry or a skewed clock would never be taken. */
function signedPushes(url: string, secret: string | undefined): PushRule {
  if (secret === undefined) throw new Error('webhooks.coordination needs a "secret" (whsec_…)');
  const signer = new Webhook(secret);
  return {
    address: (push, now) => {
      const at = new Date(now);
      return {
        url,
        headers: {
          'webhook-id': push.id,
          'webhook-timestamp': String(Math.floor(now / 1000)),
          'webhook-signature': signer.sign(push.id, at, push.body),
        },
      };
    },
    taken: (status) => status >= 200 && status < 300,
  };
}
