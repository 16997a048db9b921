/** @module One good signed request, from which each test of a webhook departs by one mutation. */
import { createHmac } from 'node:crypto';

/** The secret, message and signature that the Standard Webhooks specification and its libraries publish. */
export const PUBLISHED = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: 1614265330,
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
} as const;

export const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
export const OTHER_SECRET = 'whsec_dGhlIGZvcm1lciBzZWNyZXQgb2YgdGhlIHRlc3Q=';

/** A signature as a sender makes it, independent of what is tested. */
export function sign(secret: string, id: string, timestamp: number | string, body: string | Buffer): string {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** The headers of a good request. */
export function signedHeaders(secret: string, timestamp: number, body: string | Buffer, id = 'msg_1') {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': sign(secret, id, timestamp, body),
  };
}
