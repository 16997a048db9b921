/** @module An upstream's answer that broke its contract is kept, sealed, as it came: without it nobody finds out what has changed there. */
import type { Seal } from '../access/seal.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Log } from '../log.ts';
import { MINUTE } from '../units.ts';
import { keepBrokenAnswer } from './broken-answer-store.ts';
import { UpstreamError } from './upstream-error.ts';

/** One of a kind a minute tells as much as a thousand. */
const ONE_IN = 1 * MINUTE;
const MOST_KINDS = 1_000;
const LONGEST = 256 * 1024;

/** Members in which an upstream hands out a credential: not even an operator has use for those. */
const CREDENTIALS = /("(?:access_?token|refresh_?token|id_?token|token|session|password|secret)"\s*:\s*")[^"]*/gi;

export interface BrokenAnswersOptions {
  readonly db: Queryable;
  readonly seal: Seal;
  readonly log: Log;
  readonly now: () => number;
}

/** Notes what was thrown at a call of an upstream; anything but a broken contract is let pass. */
export type NoteFailure = (error: unknown) => void;

/** What a kept answer is sealed under. */
export const sealedAs = (connector: string): string => `a broken answer of ${connector}`;

export function noteBrokenAnswers({ db, seal, log, now }: BrokenAnswersOptions): NoteFailure {
  const lastKept = new Map<string, number>();
  return (error) => {
    if (!(error instanceof UpstreamError) || error.kind !== 'contract' || error.answer === null) return;
    const { upstream, operation, path = null, words = '' } = error.facts;
    const kind = `${upstream} ${operation} ${path}`;
    const at = now();
    if (at - (lastKept.get(kind) ?? 0) < ONE_IN) return;
    if (lastKept.size >= MOST_KINDS) lastKept.clear();
    lastKept.set(kind, at);
    const answer = seal.close(error.answer.slice(0, LONGEST).replace(CREDENTIALS, '$1[removed]'), sealedAs(upstream));
    keepBrokenAnswer(db, { at, connector: upstream, operation, path, words, answer }).catch((cause: unknown) =>
      log.warn({ err: cause, upstream, operation }, 'an answer that broke its contract could not be kept'),
    );
  };
}

/** The same client or provider, each of whose failures is noted on its way to the caller. */
export function noting<T extends object>(provider: T, note: NoteFailure): T {
  return new Proxy(provider, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      // A part of it, such as how it is tracked.
      if (isPlain(member)) return noting(member, note);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]): unknown => {
        const made: unknown = member.apply(target, given);
        if (made instanceof Promise) made.catch(note);
        return made;
      };
    },
  });
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
