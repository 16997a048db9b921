import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { signingKey, verify } from '../../src/webhooks/verify.ts';
import { OTHER_SECRET, PUBLISHED, SECRET, sign, signedHeaders } from './signed.ts';

const SECONDS = 1_773_108_000;
const NOW = SECONDS * 1000;
const BODY = Buffer.from('{"note":"Chờ thông báo thuế"}');
const KEYS = [signingKey(SECRET)];
const good = signedHeaders(SECRET, SECONDS, BODY);
const signature = good['webhook-signature'];

describe('a good signed request', () => {
  it('is believed', () => {
    expect(verify(BODY, good, KEYS, NOW)).toBeNull();
  });

  it('of the published test vector is believed', () => {
    const headers = {
      'webhook-id': PUBLISHED.id,
      'webhook-timestamp': String(PUBLISHED.timestamp),
      'webhook-signature': PUBLISHED.signature,
    };
    const keys = [signingKey(PUBLISHED.secret)];
    expect(verify(Buffer.from(PUBLISHED.body), headers, keys, PUBLISHED.timestamp * 1000)).toBeNull();
  });

  it('is believed while its secret is the former of two', () => {
    expect(verify(BODY, good, [signingKey(OTHER_SECRET), ...KEYS], NOW)).toBeNull();
  });

  it('is believed when its signature stands behind others, as a sender that rotates sends it', () => {
    const headers = {
      ...good,
      'webhook-signature': `v1a,abc v1,AAAA ${sign(OTHER_SECRET, 'msg_1', SECONDS, BODY)} ${signature}`,
    };
    expect(verify(BODY, headers, KEYS, NOW)).toBeNull();
  });

  it('is believed with an empty body', () => {
    expect(verify(Buffer.alloc(0), signedHeaders(SECRET, SECONDS, ''), KEYS, NOW)).toBeNull();
  });

  it.each([
    ['five minutes later', 300_000],
    ['five minutes earlier', -300_000],
  ])('is believed %s', (_title, off) => {
    expect(verify(BODY, good, KEYS, NOW + off)).toBeNull();
  });
});

describe('the same request is refused', () => {
  it.each([
    ['later than five minutes', 300_001],
    ['earlier than five minutes', -300_001],
  ])('when it comes %s', (_title, off) => {
    expect(verify(BODY, good, KEYS, NOW + off)).toBe('webhook-timestamp-out-of-window');
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const)('without %s', (name) => {
    expect(verify(BODY, { ...good, [name]: undefined }, KEYS, NOW)).toBe('webhook-signature-missing');
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const)('with an empty %s', (name) => {
    expect(verify(BODY, { ...good, [name]: ' ' }, KEYS, NOW)).toBe('webhook-signature-missing');
  });

  it('with a header sent twice as a list', () => {
    expect(verify(BODY, { ...good, 'webhook-id': ['msg_1', 'msg_1'] }, KEYS, NOW)).toBe('webhook-signature-missing');
  });

  it.each(['v2', 'v1a', 'V1', ''])('when its only signature is of version "%s"', (version) => {
    const headers = { ...good, 'webhook-signature': signature.replace('v1', version) };
    expect(verify(BODY, headers, KEYS, NOW)).toBe('webhook-signature-missing');
  });

  it.each(['soon', '1773108000.5', '-1773108000', '0x69af7f60', `${SECONDS}000`])(
    'when its time is %s',
    (timestamp) => {
      const headers = { ...good, 'webhook-timestamp': timestamp };
      expect(verify(BODY, headers, KEYS, NOW)).toBe('webhook-timestamp-out-of-window');
    },
  );

  it.each([
    ['another id', BODY, { ...good, 'webhook-id': 'msg_2' }],
    ['another time within the window', BODY, { ...good, 'webhook-timestamp': String(SECONDS + 1) }],
    ['one more byte', Buffer.concat([BODY, Buffer.from(' ')]), good],
    ['the same JSON written otherwise', Buffer.from('{"note": "Chờ thông báo thuế"}'), good],
    ['its signature cut short', BODY, { ...good, 'webhook-signature': signature.slice(0, -4) }],
    ['its signature without padding', BODY, { ...good, 'webhook-signature': signature.replace('=', '') }],
    [
      'its signature in other letters',
      BODY,
      { ...good, 'webhook-signature': `v1,${signature.slice(3).toLowerCase()}` },
    ],
    ['an empty signature', BODY, { ...good, 'webhook-signature': 'v1,' }],
    ["another secret's signature", BODY, { ...good, 'webhook-signature': sign(OTHER_SECRET, 'msg_1', SECONDS, BODY) }],
  ])('with %s', (_title, body, headers) => {
    expect(verify(body, headers, KEYS, NOW)).toBe('webhook-signature-invalid');
  });

  it('while no secret is set', () => {
    expect(verify(BODY, good, [], NOW)).toBe('webhook-signature-invalid');
  });

  it('once its secret has been taken away', () => {
    expect(verify(BODY, good, [signingKey(OTHER_SECRET)], NOW)).toBe('webhook-signature-invalid');
  });
});

describe('the reference library and we', () => {
  const reference = new Webhook(SECRET);
  afterEach(() => vi.useRealTimers());

  it('agree on what it signs', () => {
    const signed = reference.sign('msg_7', new Date(NOW), BODY);
    const headers = { 'webhook-id': 'msg_7', 'webhook-timestamp': String(SECONDS), 'webhook-signature': signed };
    expect(verify(BODY, headers, KEYS, NOW)).toBeNull();
  });

  it.each([
    ['good', BODY, good],
    ['of another body', Buffer.from('{}'), good],
    ['of another id', BODY, { ...good, 'webhook-id': 'msg_2' }],
    ['of another version', BODY, { ...good, 'webhook-signature': signature.replace('v1', 'v2') }],
    ['signed six minutes ago', BODY, signedHeaders(SECRET, SECONDS - 360, BODY)],
    ['signed six minutes ahead', BODY, signedHeaders(SECRET, SECONDS + 360, BODY)],
    ['signed four minutes ago', BODY, signedHeaders(SECRET, SECONDS - 240, BODY)],
  ])('agree on a request that is %s', (_title, body, headers) => {
    vi.useFakeTimers({ now: NOW });
    const believes = () => {
      try {
        reference.verify(body, headers, { jsonParse: false });
        return true;
      } catch {
        return false;
      }
    };
    expect(verify(body, headers, KEYS, NOW) === null).toBe(believes());
  });
});

describe('a secret', () => {
  it.each([
    ['without its prefix', SECRET.slice(6)],
    ['that is empty', 'whsec_'],
    ['without padding', 'whsec_dGhlIGZvcm1lciBzZWNyZXQgb2YgdGhlIHRlc3Q'],
    ['in the URL alphabet', 'whsec_C2FVsBQIhrscChlQIMV-b5sSYspob7oD'],
  ])('%s is refused without being repeated', (_title, secret) => {
    expect(() => signingKey(secret)).toThrow(/^a webhook secret is whsec_ followed by padded base64$/);
  });
});
