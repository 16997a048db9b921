/** @module Tokens that were taken back before they expire: written once, known to every replica within seconds, asked of memory alone. */
import type { Queryable } from '../db/queryable.ts';
import type { RevocableToken } from '../http/auth.ts';
import type { Log } from '../log.ts';
import { Rounds } from '../rounds.ts';
import { SECOND } from '../units.ts';

const LOOK_EVERY = 1 * SECOND;

/** What is refused: one token by its `jti`, or all that a key has signed. All of a client's are the client's own matter. */
export interface Revocation {
  readonly kind: 'token' | 'key';
  readonly subject: string;
  /** When the last such token has expired by itself, in epoch milliseconds. */
  readonly until: number;
  readonly author: string;
  readonly reason: string;
}

export interface Revocations {
  covers(token: RevocableToken): boolean;
  /** Reads them again, for the process that has just written one. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}

export async function revoke(db: Queryable, revocation: Revocation): Promise<void> {
  const { kind, subject, until, author, reason } = revocation;
  await db.query('insert into revocation (kind, subject, until, author, reason) values ($1, $2, $3, $4, $5)', [
    kind,
    subject,
    new Date(until),
    author,
    reason,
  ]);
}

/** Removes those whose last token has expired. */
export async function purgeRevocations(db: Queryable, now: number): Promise<number> {
  return (await db.query('delete from revocation where until < $1', [new Date(now)])).rowCount ?? 0;
}

/** Reads the revocations and looks each second for more; a failed look keeps what is known. */
export async function keepRevocations(
  db: Queryable,
  { log, now }: { readonly log: Log; readonly now: () => number },
): Promise<Revocations> {
  let revoked: Readonly<Record<Revocation['kind'], ReadonlySet<string>>> = { token: new Set(), key: new Set() };
  // All of them each time: few are left after an hour, and one whose transaction ends late is not passed over.
  const reload = async (): Promise<void> => {
    const { rows } = await db.query<Pick<Revocation, 'kind' | 'subject'>>(
      'select kind, subject from revocation where until > $1',
      [new Date(now())],
    );
    const of = (wanted: string) => new Set(rows.filter(({ kind }) => kind === wanted).map(({ subject }) => subject));
    revoked = { token: of('token'), key: of('key') };
  };
  await reload();
  const rounds = new Rounds({
    everyMs: LOOK_EVERY,
    round: reload,
    failed: (error) => log.warn({ err: error }, 'revoked tokens could not be read again; those known stay refused'),
  });
  rounds.start();
  return {
    covers: ({ tokenId, keyId }) => revoked.token.has(tokenId ?? '') || revoked.key.has(keyId ?? ''),
    reload,
    stop: () => rounds.stop(),
  };
}
