/**
 * @module `Idempotency-Key`: the same call again gets the same answer, and its work is done once (IETF draft-ietf-httpapi-idempotency-key-header-07).
 *
 * A key belongs to a client for a day. What runs holds a lease that it renews, so that a crash never blocks a key: a
 * repeat after it runs again with the same act id, by which a domain finds what the first run had begun.
 */
import { randomUUID } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Seal } from '../access/seal.ts';
import type { Queryable } from '../db/queryable.ts';
import { type ErrorCode, type ErrorFacts, GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { HOUR, SECOND } from '../units.ts';
import * as store from './idempotency-store.ts';
import { toGatewayError } from './problem.ts';

/** What is done at most once, whoever repeats the call. */
export interface Act {
  /** A UUID, the same for every repeat of the call. */
  readonly id: string;
  /** Whether an earlier run of it was cut off before it had an answer: what it began must be asked about before it is done again. */
  readonly isRepeat: boolean;
}

/** A call as the key sees it. */
export interface KeyedCall {
  readonly clientId: string;
  readonly key: string;
  /** Everything that makes it this call: operation, parameters, body. */
  readonly request: unknown;
  readonly now: number;
}

/** An answer as it is kept. */
export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type Kept =
  | { readonly answer: KeptAnswer }
  | { readonly problem: { readonly code: ErrorCode; readonly facts: Omit<ErrorFacts, 'cause'> } };

export interface Idempotency {
  /**
   * Runs the work for its first caller; a repeat gets what that came to.
   * @throws GatewayError idempotency-key-reused, idempotency-in-progress, or the error that the work came to
   */
  once(
    call: KeyedCall,
    work: (act: Act) => Promise<KeptAnswer>,
  ): Promise<{ readonly answer: KeptAnswer; readonly replayed: boolean }>;
}

const KEPT_FOR = 24 * HOUR;

/** What a kept answer is sealed under. @param keyHash in hexadecimal */
export const answerOf = (keyHash: string): string => `the answer kept for idempotency key ${keyHash}`;

const LEASE = 30 * SECOND;
const RENEW_EVERY = 10 * SECOND;

/** A key as the header carries it: bare, or a string of RFC 8941. */
export const KEY = /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x7e]{1,255}))$/;

/**
 * The key of a call, or null where it has none.
 * @throws GatewayError idempotency-key-required, invalid-parameters
 */
export function idempotencyKey(header: string | string[] | undefined, isRequired: boolean): string | null {
  if (header === undefined) {
    if (isRequired) throw new GatewayError('idempotency-key-required');
    return null;
  }
  const [, quoted, bare] = typeof header === 'string' ? (KEY.exec(header) ?? []) : [];
  const key = quoted ?? bare;
  if (key !== undefined) return key;
  const message = '1–255 ký tự ASCII in được / 1–255 printable ASCII characters';
  throw new GatewayError('invalid-parameters', { violations: [{ path: 'header.idempotency-key', message }] });
}

export interface IdempotencyOptions {
  readonly db: Queryable;
  readonly seal: Seal;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export function createIdempotency({ db, seal, log, now }: IdempotencyOptions): Idempotency {
  async function run(
    key: store.KeyOfClient,
    { token, act, sealedAs }: { token: string; act: Act; sealedAs: string },
    work: (act: Act) => Promise<KeptAnswer>,
  ): Promise<KeptAnswer> {
    const renewal = setInterval(() => {
      store.leaseUntil(db, key, token, now() + LEASE).catch((error: unknown) => {
        log.warn({ err: error }, 'the lease of an idempotency key could not be renewed; it is tried again');
      });
    }, RENEW_EVERY);
    renewal.unref();
    const keep = (kept: Kept) => store.keepAnswer(db, key, token, seal.close(JSON.stringify(kept), sealedAs));
    try {
      const answer = await work(act);
      await keep({ answer });
      return answer;
    } catch (thrown) {
      const { code, facts, declaration } = toGatewayError(thrown);
      const isFinal = declaration.status < 500 && declaration.status !== 429;
      const { cause: _, ...told } = facts;
      // What is not kept may be repeated at once; should this fail, its lease runs out by itself.
      await (isFinal ? keep({ problem: { code, facts: told } }) : store.leaseUntil(db, key, token, now())).catch(
        (error: unknown) => log.warn({ err: error }, 'what a call with an idempotency key came to could not be kept'),
      );
      throw thrown;
    } finally {
      clearInterval(renewal);
    }
  }

  return {
    async once(call, work) {
      const key = { clientId: call.clientId, keyHash: seal.hash(call.key) };
      const requestHash = seal.hash(canonicalize(call.request) ?? '');
      const token = randomUUID();
      const begun = await store.begin(db, key, {
        requestHash,
        actId: randomUUID(),
        token,
        now: call.now,
        leaseUntil: call.now + LEASE,
        expiresAt: call.now + KEPT_FOR,
      });
      const sealedAs = answerOf(key.keyHash.toString('hex'));
      if (begun.state === 'ours') {
        const act = { id: begun.actId, isRepeat: begun.isRepeat };
        return { answer: await run(key, { token, act, sealedAs }, work), replayed: false };
      }
      if (!begun.requestHash.equals(requestHash)) throw new GatewayError('idempotency-key-reused');
      if (begun.answer === null) {
        const retryAfter = Math.min(2, Math.max(1, (begun.leaseUntil - call.now) / SECOND));
        throw new GatewayError('idempotency-in-progress', { retryAfter });
      }
      const kept = JSON.parse(seal.open(begun.answer, sealedAs)) as Kept;
      if ('answer' in kept) return { answer: kept.answer, replayed: true };
      const headers = { ...kept.problem.facts.headers, 'idempotency-replayed': 'true' };
      throw new GatewayError(kept.problem.code, { ...kept.problem.facts, headers });
    },
  };
}
