/** @module What happens to a push once its proof is right: map, append, answer. */
import type { PaymentReport } from '../capabilities/payments.ts';
import type { MappedPush, Push, PushedRow, PushReply, WebhookDeclaration } from '../connector/define.ts';
import type { AppendRequest } from '../dossiers/append.ts';
import type { CommandResult } from '../dossiers/commands.ts';
import type { RawMessage } from '../dossiers/store.ts';
import { fail, GatewayError, type Violation } from '../errors.ts';
import type { Log } from '../log.ts';
import type { SetAside } from './store.ts';

/** Where a push goes; each resolves when it is durable. */
export interface Destination {
  append(request: AppendRequest): Promise<readonly CommandResult[]>;
  /** Takes what a payment platform tells of payments. */
  takePayments(reports: readonly PaymentReport[], raw: RawMessage): Promise<void>;
  setAside(message: SetAside): Promise<void>;
}

/** The generic answer: every event of the message stands in one of the counts. */
export interface Counts {
  /** Appended to dossiers whose identity is known, with or without effect. */
  accepted: number;
  duplicates: number;
  /** Appended to dossiers that wait for their identity. */
  held: number;
  quarantined: number;
}

/** A proven push with what the log and the exchange log say of it. */
export interface Received<Settings> {
  readonly push: Push<Settings>;
  readonly raw: RawMessage;
  readonly log: Log;
}

/** More faults than a person reads would only make a large answer of a large mistake. */
const MOST_VIOLATIONS = 100;

/**
 * Takes a push whose sender hears what is wrong with it.
 * @throws GatewayError `malformed-json` or `validation` with every fault, after which nothing of the message is kept;
 * what the append throws.
 */
export async function receiveGeneric<Settings>(
  webhook: WebhookDeclaration<Settings>,
  { push, raw, log }: Received<Settings>,
  to: Destination,
): Promise<Counts> {
  const mapped = webhook.map(push);
  if ('commands' in mapped) return countsOf(await to.append({ commands: mapped.commands, raw }));
  if ('payments' in mapped) {
    await to.takePayments(mapped.payments, raw);
    return { ...countsOf([]), accepted: mapped.payments.length };
  }
  const violations = faultsOf(mapped).slice(0, MOST_VIOLATIONS);
  // The refusal is what stays of the message: where its faults lie, not what stood there.
  log.warn({ system: raw.system, faults: violations.map(({ path }) => path) }, 'a push was refused for its content');
  return fail('malformed' in mapped && mapped.malformed ? 'malformed-json' : 'validation', { violations });
}

/**
 * Takes a push whose sender only knows its own reply: what can't be read or mapped is kept for a person, and the sender
 * is told that it was taken, because nothing is lost and its repeating would not help.
 */
export async function receiveReplied<Settings>(
  webhook: WebhookDeclaration<Settings>,
  reply: NonNullable<WebhookDeclaration<Settings>['reply']>,
  { push, raw, log }: Received<Settings>,
  to: Destination,
): Promise<PushReply & { readonly retryAfter: number | null }> {
  try {
    const mapped = webhook.map(push);
    if ('commands' in mapped) {
      const { commands, rows = [] } = mapped;
      const results = commands.length === 0 && rows.length > 0 ? [] : await to.append({ commands, raw });
      await keepAsideBadRows(rows, raw, to);
      return { ...reply.taken(results, rows), retryAfter: null };
    }
    if ('payments' in mapped) {
      await to.takePayments(mapped.payments, raw);
      return { ...reply.taken([], []), retryAfter: null };
    }
    const faults = faultsOf(mapped);
    await to.setAside({
      raw,
      reason: 'unmapped' in mapped ? 'unmapped-code' : 'unreadable',
      detail: inWords(faults),
      dossierRef: 'dossierRef' in mapped ? mapped.dossierRef : null,
    });
    log.warn({ system: raw.system, operation: raw.operation }, 'a push was kept aside: it could not be mapped');
    return { ...(reply.unreadable?.(faults) ?? reply.taken([], [])), retryAfter: null };
  } catch (error) {
    log.error({ err: error, system: raw.system, operation: raw.operation }, 'a push could not be taken');
    const known = error instanceof GatewayError ? error : new GatewayError('internal', { cause: error });
    return { ...reply.failed(known.declaration.title[push.language]), retryAfter: known.facts.retryAfter ?? 1 };
  }
}

/** The sender is told of them; a person has them too, since few senders read what they are told. */
async function keepAsideBadRows(rows: readonly PushedRow[], raw: RawMessage, to: Destination): Promise<void> {
  const bad = rows.filter(({ command }) => command === null);
  if (bad.length === 0) return;
  const detail = inWords(bad.flatMap(({ violations }) => violations));
  await to.setAside({ raw, reason: 'unreadable', detail, dossierRef: bad[0]!.name });
}

const inWords = (violations: readonly Violation[]): string =>
  violations
    .slice(0, MOST_VIOLATIONS)
    .map(({ path, message }) => `${path}: ${message}`)
    .join('; ');

const faultsOf = (mapped: Exclude<MappedPush, { commands: unknown } | { payments: unknown }>): readonly Violation[] =>
  'unmapped' in mapped ? mapped.unmapped : mapped.unreadable;

/** What each result counts as; a push's events are quarantined rather than refused, so that a refusal is one too. */
const COUNTED_AS: Readonly<Record<CommandResult['outcome'], keyof Counts>> = {
  accepted: 'accepted',
  held: 'held',
  duplicate: 'duplicates',
  unchanged: 'duplicates',
  quarantined: 'quarantined',
  refused: 'quarantined',
};

function countsOf(results: readonly CommandResult[]): Counts {
  const counts: Counts = { accepted: 0, duplicates: 0, held: 0, quarantined: 0 };
  for (const { outcome } of results) counts[COUNTED_AS[outcome]]++;
  return counts;
}
