/** @module How people are managed: one transaction each, its history with it; what they log in with is told once. */
import type pg from 'pg';
import { inTransaction } from '../db/transaction.ts';
import { fail } from '../errors.ts';
import { hashPassword, newPassword } from './password.ts';
import type { Person, PersonEdit } from './person.ts';
import * as store from './person-store.ts';
import type { Role } from './roles.ts';
import type { Seal } from './seal.ts';
import { newSecret, secretName, uriOf } from './second-factor.ts';

/** What a person logs in with, which nobody can read again. */
export interface Proofs {
  readonly password: string;
  /** For an authenticator app (`otpauth://…`); admins have one, others where it was asked for. */
  readonly secondFactor: string | null;
}

export interface NewPerson {
  readonly name: string;
  readonly fullName: string;
  readonly role: Role;
  readonly agencies: readonly string[];
  /** Logs in at the outside provider: no password is kept here. */
  readonly isOutside: boolean;
  readonly withSecondFactor: boolean;
}

/** @throws GatewayError conflict where there is one of that name */
export function addPerson(
  pool: pg.Pool,
  seal: Seal,
  { isOutside, withSecondFactor, ...facts }: NewPerson,
  edit: PersonEdit,
): Promise<{ readonly person: Person; readonly proofs: Proofs | null }> {
  return inTransaction(pool, async (db) => {
    if (!(await store.insertPerson(db, facts, edit.now)))
      fail('conflict', { detail: `There is a ${facts.name} already.`, detailVi: `Đã có người dùng ${facts.name}.` });
    const proofs = isOutside ? null : await newProofs(db, seal, facts.name, withSecondFactor || facts.role === 'admin');
    const person = (await store.readPerson(db, facts.name))!;
    await store.insertChange(db, 'added', person, edit);
    return { person, proofs };
  });
}

/** What is not named stays. One who becomes an admin and logs in here gets new proofs. @throws GatewayError not-found */
export function changePerson(
  pool: pg.Pool,
  seal: Seal,
  name: string,
  change: { readonly role?: Role; readonly agencies?: readonly string[]; readonly suspended?: boolean },
  edit: PersonEdit,
): Promise<{ readonly person: Person; readonly proofs: Proofs | null }> {
  return inTransaction(pool, async (db) => {
    const before = (await store.readPerson(db, name)) ?? absent(name);
    const { role = before.role, agencies = before.agencies, suspended = before.suspendedAt !== null } = change;
    const suspendedAt = suspended ? (before.suspendedAt ?? edit.now) : null;
    await store.updatePerson(db, { name, role, agencies, suspendedAt }, edit.now);
    const needsFactor = role === 'admin' && before.isLocal && !before.hasSecondFactor;
    const proofs = needsFactor ? await newProofs(db, seal, name, true) : null;
    const person = (await store.readPerson(db, name))!;
    await store.insertChange(db, 'changed', person, edit);
    return { person, proofs };
  });
}

/** New proofs for who lost theirs; the former ones and every session end. @throws GatewayError not-found */
export function resetPerson(pool: pg.Pool, seal: Seal, name: string, edit: PersonEdit): Promise<Proofs> {
  return inTransaction(pool, async (db) => {
    const before = (await store.readPerson(db, name)) ?? absent(name);
    await store.updatePerson(db, before, edit.now);
    const proofs = await newProofs(db, seal, name, before.hasSecondFactor || before.role === 'admin');
    await store.insertChange(db, 'reset', (await store.readPerson(db, name))!, edit);
    return proofs;
  });
}

async function newProofs(db: pg.PoolClient, seal: Seal, name: string, withSecondFactor: boolean): Promise<Proofs> {
  const password = newPassword();
  const secret = withSecondFactor ? newSecret() : null;
  const totpSecret = secret === null ? null : seal.close(secret, secretName(name));
  await store.updateProofs(db, name, { password: await hashPassword(password), totpSecret });
  return { password, secondFactor: secret === null ? null : uriOf(name, secret) };
}

export const absent = (name: string): never =>
  fail('not-found', { detail: `There is no ${name}.`, detailVi: `Không có người dùng ${name}.` });
