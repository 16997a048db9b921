/** @module Access tokens that a system gives out: the client credentials grant most of them know (RFC 6749, 4.4), and how long a token lives. */
import { randomUUID } from 'node:crypto';
import type { Entry } from './journal.ts';
import { type Answer, type Call, jsonAnswer } from './simulator.ts';
import { HOUR } from './times.ts';

/** While tokens are made to expire (fault `expireTokens`), one lives no longer than this. */
const SHORT_LIFE_MS = 5_000;

/** A token that was given out. */
export interface TokenEntry extends Entry {
  readonly kind: 'token';
  readonly token: string;
}

export interface Account {
  readonly key: string;
  readonly secret: string;
}

/** What a system asks for when nobody configured it. */
export const DEFAULT_ACCOUNT: Account = { key: 'h15', secret: 'h15' };

export class Tokens {
  readonly #lifeMs: number;
  #givenAt = new Map<string, number>();

  constructor(lifeMs: number = HOUR) {
    this.#lifeMs = lifeMs;
  }

  put({ token, at }: TokenEntry): void {
    this.#givenAt.set(token, at);
  }

  /** Whether the call carries a token that lives. */
  admits(call: Call, now: number, expireEarly: boolean): boolean {
    const token = /^Bearer (\S+)$/i.exec(String(call.headers.authorization ?? ''))?.[1];
    const givenAt = token === undefined ? undefined : this.#givenAt.get(token);
    if (givenAt === undefined) return false;
    if (now - givenAt < (expireEarly ? SHORT_LIFE_MS : this.#lifeMs)) return true;
    this.#givenAt.delete(token!);
    return false;
  }

  endAll(): void {
    this.#givenAt.clear();
  }
}

/**
 * Answers `POST …/token` with Basic key:secret and `grant_type=client_credentials`.
 * @param keep takes the token that was given out
 */
export function grantToken(call: Call, account: Account, now: number, keep: (entry: TokenEntry) => void): Answer {
  const refuse = (status: number, error: string): Answer => jsonAnswer({ error }, status, true);
  if (call.method !== 'POST') return refuse(405, 'invalid_request');
  const basic = /^Basic (\S+)$/i.exec(String(call.headers.authorization ?? ''))?.[1] ?? '';
  if (Buffer.from(basic, 'base64').toString() !== `${account.key}:${account.secret}`)
    return refuse(401, 'invalid_client');
  if (new URLSearchParams(call.body).get('grant_type') !== 'client_credentials')
    return refuse(400, 'unsupported_grant_type');
  const token = randomUUID();
  keep({ kind: 'token', at: now, token });
  return jsonAnswer({ access_token: token, token_type: 'Bearer', expires_in: HOUR / 1000 });
}
