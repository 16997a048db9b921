/** @module What a subscriber is sent: the message of some changes, and its proof (Standard Webhooks); pure. */
import { createHash, createHmac, type KeyObject } from 'node:crypto';
import { type ChangeItem, toItem } from '../feed/item.ts';
import type { Change } from '../feed/read-store.ts';
import { rfc3339 } from '../http/answer.ts';
import { SECOND } from '../units.ts';

export interface Message {
  /** Tells a repeat from a new message. */
  readonly id: string;
  readonly body: Buffer;
}

/** A message of one change, or of several where the subscriber asked for batches. */
export type MessageBody = { readonly timestamp: string } & (
  | { readonly type: 'change'; readonly data: ChangeItem }
  | { readonly type: 'changes'; readonly data: readonly ChangeItem[] }
);

/**
 * The message of these changes. The same changes for the same subscriber are the same message to the byte, whoever sends
 * it and however often, so that a subscriber knows a repeat by its id.
 */
export function messageOf(subscriptionId: string, changes: readonly Change[], batch: number): Message {
  const digest = createHash('sha256').update(`${subscriptionId} ${changes.map(({ pos }) => pos).join(' ')}`);
  const timestamp = rfc3339(changes.at(-1)!.at);
  const items = changes.map(toItem);
  const body: MessageBody =
    batch === 1 ? { type: 'change', timestamp, data: items[0]! } : { type: 'changes', timestamp, data: items };
  return { id: `msg_${digest.digest('base64url').slice(0, 27)}`, body: Buffer.from(JSON.stringify(body)) };
}

/** The headers that prove a message: one signature for each key, two while a secret is rotated. */
export function signed({ id, body }: Message, keys: readonly KeyObject[], now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / SECOND));
  const signatures = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`,
  );
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
