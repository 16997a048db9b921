/** @module The portal's sessions: fifteen minutes each, several side by side. */
import { MINUTE } from '../times.ts';

const LIFE_MS = 15 * MINUTE;
/** While tokens are made to expire (fault `expireTokens`), a session lives no longer than this. */
const SHORT_LIFE_MS = 5_000;

export class Sessions {
  #openedAt = new Map<string, number>();

  open(session: string, at: number): void {
    this.#openedAt.set(session, at);
  }

  isOpen(session: unknown, now: number, expireEarly: boolean): boolean {
    if (typeof session !== 'string') return false;
    const openedAt = this.#openedAt.get(session);
    if (openedAt === undefined) return false;
    if (now - openedAt < (expireEarly ? SHORT_LIFE_MS : LIFE_MS)) return true;
    this.#openedAt.delete(session);
    return false;
  }

  endAll(): void {
    this.#openedAt.clear();
  }
}
