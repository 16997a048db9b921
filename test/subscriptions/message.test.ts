import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/feed/read-store.ts';
import { messageOf, signed } from '../../src/subscriptions/message.ts';
import { newSecret } from '../../src/subscriptions/secret.ts';
import { signingKey, verify } from '../../src/webhooks/verify.ts';
import { at } from '../support/commands.ts';

const change = (pos: number, more: Partial<Change> = {}): Change => ({
  pos,
  kind: 'entry',
  dossierCode: 'H15.50-260310-0001',
  seq: pos,
  type: 'status',
  status: 'paused',
  occurredAt: at('03-10T08:45'),
  at: at('03-10T08:46'),
  ...more,
});

const secret = newSecret();
const former = newSecret();
const message = messageOf('a', [change(7)], 1);

describe('a message', () => {
  it('is one change, or a list of them where batches were asked for', () => {
    const item = {
      pos: 7,
      kind: 'entry',
      dossierCode: 'H15.50-260310-0001',
      seq: 7,
      type: 'status',
      status: 'paused',
      occurredAt: '2026-03-10T08:45:00+07:00',
    };
    const timestamp = '2026-03-10T08:46:00+07:00';
    expect(JSON.parse(message.body.toString())).toEqual({ type: 'change', timestamp, data: item });
    expect(JSON.parse(messageOf('a', [change(7)], 50).body.toString())).toEqual({
      type: 'changes',
      timestamp,
      data: [item],
    });
  });

  it('is the same to the byte whenever it is made of the same changes for the same subscriber', () => {
    expect(messageOf('a', [change(7)], 1)).toEqual(message);
    const ids = [
      message.id,
      messageOf('b', [change(7)], 1).id,
      messageOf('a', [change(8)], 1).id,
      messageOf('a', [change(7), change(8)], 2).id,
      messageOf('a', [change(7), change(9), change(8)], 3).id,
    ];
    expect(new Set(ids).size).toBe(5);
  });
});

describe('its proof', () => {
  const headers = signed(message, [signingKey(secret), signingKey(former)], Date.now());
  const text = message.body.toString();

  it.each([
    ['standardwebhooks', StandardWebhook],
    ['svix', SvixWebhook],
  ])('is what %s verifies, by the new secret and by the former one', (_name, Verifier) => {
    for (const known of [secret, former]) expect(() => new Verifier(known).verify(text, headers)).not.toThrow();
    expect(() => new Verifier(newSecret()).verify(text, headers)).toThrow();
    expect(() => new Verifier(secret).verify(`${text} `, headers)).toThrow();
    expect(() => new Verifier(secret).verify(text, { ...headers, 'webhook-id': 'msg_other' })).toThrow();
  });

  it('is what standardwebhooks itself would write', () => {
    const now = Date.now();
    const ours = signed(message, [signingKey(secret)], now);
    expect(ours['webhook-signature']).toBe(new StandardWebhook(secret).sign(message.id, new Date(now), text));
  });

  it('is what the gateway takes from others', () => {
    expect(verify(message.body, headers, [signingKey(former)], Date.now())).toBeNull();
  });
});
