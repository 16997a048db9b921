/** @module Sessions of people at the console: a random value in the browser, everything else here, and the caller that one stands for. */
import { createHash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Role, scopesOf } from '../access/roles.ts';
import type { Seal } from '../access/seal.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Caller } from '../http/auth.ts';
import type { SessionCallers } from '../http/authenticate.ts';
import { HOUR, MINUTE, SECOND } from '../units.ts';
import * as store from './session-store.ts';

/** How long a session that was looked at is not looked at again: by then a logged-out or changed person is out everywhere. */
const LOOKED_AGAIN_AFTER = 2 * SECOND;
const MOST_REMEMBERED = 1_000;
const CLIENT = 'console';

export interface SessionsOptions {
  readonly db: Queryable;
  readonly seal: Seal;
  /** The gateway's public address: over https the cookie goes over nothing else. */
  readonly publicUrl: string;
  readonly idleMinutes: number;
  readonly hours: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Who has logged in. */
export interface LoggedIn {
  readonly person: string;
  readonly fullName: string;
  readonly role: Role;
  readonly agencies: readonly string[];
  /** An outside provider's, which it wants back at the end. */
  readonly idToken: string | null;
}

export class Sessions implements SessionCallers {
  readonly cookieName: string;
  readonly #options: SessionsOptions;
  readonly #secure: boolean;
  readonly #looked = new LRUCache<string, { readonly session: store.SessionRow; readonly caller: Caller; at: number }>({
    max: MOST_REMEMBERED,
  });

  constructor(options: SessionsOptions) {
    this.#options = options;
    this.#secure = options.publicUrl.startsWith('https:');
    this.cookieName = this.#secure ? '__Host-lienthong' : 'lienthong';
  }

  /** Begins one. @returns the `Set-Cookie` that carries it */
  async begin({ idToken, ...who }: LoggedIn): Promise<string> {
    const { db, seal, hours, now } = this.#options;
    const value = randomBytes(32).toString('base64url');
    await store.insertSession(db, idOf(value), {
      ...who,
      csrf: randomBytes(24).toString('base64url'),
      idToken: idToken === null ? null : seal.close(idToken, store.ID_TOKEN),
      begunAt: now(),
      endsAt: now() + hours * HOUR,
    });
    return this.#cookie(value);
  }

  /** The session of a cookie; null where it is over. */
  async find(value: string): Promise<{ readonly session: store.SessionRow; readonly caller: Caller } | null> {
    const { db, publicUrl, idleMinutes, now } = this.#options;
    const at = now();
    const looked = this.#looked.get(value);
    if (looked !== undefined && at - looked.at < LOOKED_AGAIN_AFTER) return looked;
    const session = await store.touchSession(db, idOf(value), { now: at, idleSince: at - idleMinutes * MINUTE });
    if (session === undefined) {
      this.#looked.delete(value);
      return null;
    }
    const { person, role, agencies, begunAt, endsAt } = session;
    const caller: Caller = {
      clientId: CLIENT,
      scopes: scopesOf(role),
      agencies,
      roles: [role],
      officer: person,
      issuer: publicUrl,
      issuedAt: begunAt,
      expiresAt: endsAt,
    };
    const found = { session, caller, at };
    this.#looked.set(value, found);
    return found;
  }

  /** @returns the `Set-Cookie` that takes it away, and the id token of an outside provider */
  async end(value: string): Promise<{ readonly cookie: string; readonly idToken: string | null }> {
    const { db, seal } = this.#options;
    const found = await this.find(value);
    await store.deleteSession(db, idOf(value));
    this.#looked.delete(value);
    const idToken = found?.session.idToken ?? null;
    return { cookie: this.#cookie(''), idToken: idToken === null ? null : seal.open(idToken, store.ID_TOKEN) };
  }

  async caller(value: string): Promise<{ readonly caller: Caller; readonly csrf: string } | null> {
    const found = await this.find(value);
    return found && { caller: found.caller, csrf: found.session.csrf };
  }

  /** No other site's page can send it, and no script read it. */
  #cookie(value: string): string {
    const end = value === '' ? '; Max-Age=0' : '';
    return `${this.cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict${this.#secure ? '; Secure' : ''}${end}`;
  }
}

const idOf = (value: string): Buffer => createHash('sha256').update(value).digest();
