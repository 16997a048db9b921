/** @module One attempt to hand a message to its subscriber: no redirect is followed, no inside address is called. */
import type { KeyObject } from 'node:crypto';
import { Agent, type Dispatcher } from 'undici';
import { type Connect, EgressRefused } from '../connector/egress.ts';
import { retryAfter } from '../connector/retry-after.ts';
import { SECOND } from '../units.ts';
import { type Message, signed } from './message.ts';

/** What may pass until a subscriber has answered. */
export const ATTEMPT_TIMEOUT = 10 * SECOND;
const CONNECTIONS = 16;
/** Answers are not read: what a status says is enough. */
const ANSWER_LIMIT = 16 * 1024;

interface Told {
  readonly status: number | null;
  readonly ms: number;
  /** In few words, for people; null when it was taken. */
  readonly error: string | null;
}

/** What came of an attempt. */
export type Attempt = Told &
  (
    | { readonly outcome: 'taken' }
    /** It may lie in the message: others may well be taken. */
    | { readonly outcome: 'refused' }
    /** It lies in the subscriber or on the way to it: others would fare no better before `until`, if it said one. */
    | { readonly outcome: 'unreachable'; readonly until: number | null }
    /** 410: the subscriber wants nothing more. */
    | { readonly outcome: 'gone' }
  );

export interface Recipient {
  readonly url: string;
  readonly keys: readonly KeyObject[];
}

export interface Sender {
  send(to: Recipient, message: Message, now: () => number): Promise<Attempt>;
  close(): Promise<void>;
}

export function createSender(connect: Connect): Sender {
  const agent = new Agent({
    connect,
    connections: CONNECTIONS,
    pipelining: 1,
    headersTimeout: ATTEMPT_TIMEOUT,
    bodyTimeout: ATTEMPT_TIMEOUT,
  });
  return {
    async send({ url, keys }, message, now) {
      const started = now();
      const told = (status: number | null, error: string | null): Told => ({ status, error, ms: now() - started });
      const { origin, pathname, search } = new URL(url);
      let answer: Dispatcher.ResponseData;
      try {
        answer = await agent.request({
          origin,
          path: pathname + search,
          method: 'POST',
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'user-agent': 'lienthong',
            ...signed(message, keys, now()),
          },
          body: message.body,
          signal: AbortSignal.timeout(ATTEMPT_TIMEOUT),
        });
      } catch (error) {
        return failed(error, told);
      }
      // The status has said it; a body that drips or breaks off changes nothing.
      answer.body.dump({ limit: ANSWER_LIMIT, signal: AbortSignal.timeout(ATTEMPT_TIMEOUT) }).catch(() => {});
      return answered(answer.statusCode, answer.headers['retry-after'], told, now());
    },
    close: () => agent.destroy(),
  };
}

type Telling = (status: number | null, error: string | null) => Told;

function answered(status: number, header: string | string[] | undefined, told: Telling, now: number): Attempt {
  if (status >= 200 && status < 300) return { outcome: 'taken', ...told(status, null) };
  if (status === 410) return { outcome: 'gone', ...told(status, 'HTTP 410: it wants nothing more') };
  const until = retryAfter(header, now);
  if (status === 429 || (status === 503 && until !== null))
    return { outcome: 'unreachable', until, ...told(status, `HTTP ${status}`) };
  if (status >= 300 && status < 400)
    return { outcome: 'refused', ...told(status, `HTTP ${status}: redirects are not followed`) };
  return { outcome: 'refused', ...told(status, `HTTP ${status}`) };
}

/** Faults of the way, before the subscriber saw anything of the message. */
const NEVER_THERE: Readonly<Record<string, string>> = {
  ETIMEDOUT: 'no connection was made in time',
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its host name is unknown',
  EAI_AGAIN: 'its host name could not be resolved',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its network',
  UND_ERR_CONNECT_TIMEOUT: 'no connection was made in time',
  EPROTO: 'TLS could not be agreed on',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an unknown authority',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

function failed(error: unknown, told: Telling): Attempt {
  if (error instanceof EgressRefused) return { outcome: 'unreachable', until: null, ...told(null, error.words.en) };
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = NEVER_THERE[code];
  if (words !== undefined) return { outcome: 'unreachable', until: null, ...told(null, words) };
  const isLate = error instanceof Error && (error.name === 'TimeoutError' || code.endsWith('_TIMEOUT'));
  return { outcome: 'refused', ...told(null, isLate ? 'no answer in time' : 'the connection was broken off') };
}
