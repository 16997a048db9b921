/**
 * @module Verifies a signed push (Standard Webhooks, https://www.standardwebhooks.com): pure, with the clock as an argument.
 *
 * node:crypto and not the `standardwebhooks` package: its hash is JavaScript and it turns the body into a string first,
 * which the busiest route can't afford. The tests hold the two together.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { ErrorCode } from '../errors.ts';
import { MINUTE, SECOND } from '../units.ts';

/** Headers as Node gives them: names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Why a push is not believed. */
export type Refusal = Extract<
  ErrorCode,
  'webhook-signature-missing' | 'webhook-signature-invalid' | 'webhook-timestamp-out-of-window'
>;

/** How far the sender's clock may be off, both ways. */
const WINDOW = 5 * MINUTE;
const PREFIX = 'whsec_';
const PADDED_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const VERSION = 'v1,';

/**
 * The key of a secret written as `whsec_` and padded base64.
 * @throws {TypeError} when it is written otherwise; the message does not repeat it.
 */
export function signingKey(secret: string): KeyObject {
  const encoded = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  if (encoded === '' || !PADDED_BASE64.test(encoded))
    throw new TypeError('a webhook secret is whsec_ followed by padded base64');
  return createSecretKey(encoded, 'base64');
}

/**
 * Checks the raw bytes of a push before anything reads them.
 * @param keys the keys that are right now; two while one is rotated.
 * @param now epoch milliseconds.
 * @returns null when one of the signatures was made with one of the keys, else why it is refused.
 */
export function verify(body: Uint8Array, headers: Headers, keys: readonly KeyObject[], now: number): Refusal | null {
  const id = headers['webhook-id'];
  const timestamp = headers['webhook-timestamp'];
  const signature = headers['webhook-signature'];
  if (!isFilled(id) || !isFilled(timestamp) || !isFilled(signature)) return 'webhook-signature-missing';

  if (!/^\d{1,12}$/.test(timestamp)) return 'webhook-timestamp-out-of-window';
  if (Math.abs(now - Number(timestamp) * SECOND) > WINDOW) return 'webhook-timestamp-out-of-window';

  const given = signature.split(' ').filter((one) => one.startsWith(VERSION));
  if (given.length === 0) return 'webhook-signature-missing';
  // Every signature is held against every key, so that the time taken does not tell which of them came near.
  let isRight = false;
  for (const key of keys) {
    const expected = Buffer.from(createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64'));
    for (const one of given) {
      const candidate = Buffer.from(one.slice(VERSION.length));
      if (candidate.length === expected.length && timingSafeEqual(candidate, expected)) isRight = true;
    }
  }
  return isRight ? null : 'webhook-signature-invalid';
}

const isFilled = (header: string | readonly string[] | undefined): header is string =>
  typeof header === 'string' && header.trim() !== '';
