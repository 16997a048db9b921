/** @module Whether who logs in at the embedded issuer is who they say: password, second factor, and no guessing. */
import type { Queryable } from '../db/queryable.ts';
import type { SharedStore } from '../shared/store.ts';
import { MINUTE } from '../units.ts';
import { isPassword } from './password.ts';
import { nameOf, type Person } from './person.ts';
import { readPerson, readProofs, useStep } from './person-store.ts';
import type { Seal } from './seal.ts';
import { secretName, stepOf } from './second-factor.ts';

export interface LogInDeps {
  readonly db: Queryable;
  readonly seal: Seal;
  readonly shared: SharedStore;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface LogInAttempt {
  readonly name: string;
  readonly password: string;
  /** Of the authenticator app; empty where they have none. */
  readonly code: string;
  readonly address: string;
}

/** Who logged in and by what; else whether the proofs are wrong, or nobody looks at more of them for a while. */
export type LogInOutcome = { readonly person: Person; readonly factors: readonly ('pwd' | 'otp')[] } | 'wrong' | 'wait';

const COUNTED_FOR = 15 * MINUTE;
/** Failures after which nothing is tried any more: of a name from an address, of a name, from an address. */
const MOST_FAILURES = { pair: 5, name: 30, address: 30 };

/** Checks a log-in. What is wrong is not told: who has an account, and which part of the proof was right, is nobody's business. */
export async function checkLogIn(deps: LogInDeps, attempt: LogInAttempt): Promise<LogInOutcome> {
  const { db, shared } = deps;
  const name = nameOf(attempt.name);
  const window = `log-in/${Math.floor(deps.now() / COUNTED_FOR)}`;
  const counts = [
    [`${window}/${name}/${attempt.address}`, MOST_FAILURES.pair],
    [`${window}/name/${name}`, MOST_FAILURES.name],
    [`${window}/address/${attempt.address}`, MOST_FAILURES.address],
  ] as const;
  for (const [key, most] of counts) if ((await shared.add(key, 0, COUNTED_FOR)) >= most) return 'wait';

  const factors = await provedBy(deps, name, attempt);
  const person = factors && (await readPerson(db, name));
  if (person && person.suspendedAt === null && (person.role !== 'admin' || factors.includes('otp')))
    return { person, factors };
  for (const [key] of counts) await shared.add(key, 1, COUNTED_FOR);
  return 'wrong';
}

async function provedBy(
  { db, seal, now }: LogInDeps,
  name: string,
  { password, code }: LogInAttempt,
): Promise<readonly ('pwd' | 'otp')[] | null> {
  const kept = await readProofs(db, name);
  if (!(await isPassword(password, kept?.password ?? null))) return null;
  if (!kept?.totpSecret) return ['pwd'];
  const step = stepOf(code, seal.open(kept.totpSecret, secretName(name)), now());
  return step !== null && (await useStep(db, name, step)) ? ['pwd', 'otp'] : null;
}
