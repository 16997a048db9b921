/** @module Log-ins of the civil status system: a short token, and a longer-lived one that gets the next. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Entry } from '../journal.ts';
import { HOUR, MINUTE } from '../times.ts';

const LIFE_MS = 30 * MINUTE;
const REFRESHABLE_MS = 12 * HOUR;
/** While tokens are made to expire (fault `expireTokens`), one lives no longer than this. */
const SHORT_LIFE_MS = 5_000;

/** A pair of tokens that was given out. */
export interface SessionEntry extends Entry {
  readonly kind: 'session';
  readonly token: string;
  readonly refreshToken: string;
}

export const loginBody = z.object({ userName: z.string(), password: z.string() });
export const refreshBody = z.object({ token: z.string(), refreshToken: z.string() });

export class Sessions {
  #byToken = new Map<string, SessionEntry>();
  #ended = new Set<string>();

  /** A new pair, not yet kept. */
  open(at: number): SessionEntry {
    return { kind: 'session', at, token: randomUUID(), refreshToken: randomUUID() };
  }

  put(session: SessionEntry): void {
    this.#byToken.set(session.token, session);
  }

  isLive(authorization: unknown, now: number, expireEarly: boolean): boolean {
    const token = /^Bearer (\S+)$/i.exec(String(authorization ?? ''))?.[1];
    const session = token === undefined ? undefined : this.#byToken.get(token);
    return (
      session !== undefined &&
      !this.#ended.has(session.token) &&
      now - session.at < (expireEarly ? SHORT_LIFE_MS : LIFE_MS)
    );
  }

  mayRefresh(token: string, refreshToken: string, now: number): boolean {
    const session = this.#byToken.get(token);
    return session?.refreshToken === refreshToken && now - session.at < REFRESHABLE_MS;
  }

  /** Until when the second token serves. */
  refreshableUntil(session: SessionEntry): number {
    return session.at + REFRESHABLE_MS;
  }

  /** Ends every token; the second one of each pair still serves. */
  endAll(): void {
    this.#ended = new Set(this.#byToken.keys());
  }

  reset(): void {
    this.#byToken = new Map();
    this.#ended = new Set();
  }
}
