/** @module What the database knows of people, one function per statement. */
import { canStand } from '../db/nul.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Person, PersonEdit } from './person.ts';

const COLUMNS = `name, full_name as "fullName", role, agencies, password is not null as "isLocal",
  totp_secret is not null as "hasSecondFactor", suspended_at as "suspendedAt"`;

export async function readPeople(db: Queryable): Promise<Person[]> {
  return (await db.query<Person>(`select ${COLUMNS} from person order by name`)).rows;
}

export async function readPerson(db: Queryable, name: string): Promise<Person | undefined> {
  return (await db.query<Person>(`select ${COLUMNS} from person where name = $1`, [name])).rows[0];
}

/** What a log-in is checked against. */
export async function readProofs(
  db: Queryable,
  name: string,
): Promise<{ readonly password: string | null; readonly totpSecret: Buffer | null } | undefined> {
  if (!canStand(name)) return undefined;
  const { rows } = await db.query<{ password: string | null; totpSecret: Buffer | null }>(
    'select password, totp_secret as "totpSecret" from person where name = $1',
    [name],
  );
  return rows[0];
}

/** False where the person has used a code of that step, or of a later one. */
export async function useStep(db: Queryable, name: string, step: number): Promise<boolean> {
  const { rowCount } = await db.query(
    'update person set totp_last_step = $2 where name = $1 and coalesce(totp_last_step, 0) < $2',
    [name, step],
  );
  return rowCount === 1;
}

/** False where there is one of that name. */
export async function insertPerson(
  db: Queryable,
  { name, fullName, role, agencies }: Pick<Person, 'name' | 'fullName' | 'role' | 'agencies'>,
  now: number,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into person (name, full_name, role, agencies, sessions_from, created_at) values ($1, $2, $3, $4, $5, $5)
     on conflict do nothing`,
    [name, fullName, role, agencies, new Date(now)],
  );
  return rowCount === 1;
}

/** Sessions begun before are over. */
export async function updatePerson(
  db: Queryable,
  { name, role, agencies, suspendedAt }: Pick<Person, 'name' | 'role' | 'agencies' | 'suspendedAt'>,
  now: number,
): Promise<void> {
  await db.query('update person set role = $2, agencies = $3, suspended_at = $4, sessions_from = $5 where name = $1', [
    name,
    role,
    agencies,
    suspendedAt === null ? null : new Date(suspendedAt),
    new Date(now),
  ]);
}

export async function updateProofs(
  db: Queryable,
  name: string,
  { password, totpSecret }: { readonly password: string; readonly totpSecret: Buffer | null },
): Promise<void> {
  await db.query('update person set password = $2, totp_secret = $3, totp_last_step = null where name = $1', [
    name,
    password,
    totpSecret,
  ]);
}

export async function insertChange(db: Queryable, act: string, person: Person, edit: PersonEdit): Promise<void> {
  const { role, agencies, suspendedAt, hasSecondFactor } = person;
  await db.query('insert into person_change (name, at, act, author, reason, facts) values ($1, $2, $3, $4, $5, $6)', [
    person.name,
    new Date(edit.now),
    act,
    edit.author,
    edit.reason,
    JSON.stringify({ role, agencies, suspended: suspendedAt !== null, secondFactor: hasSecondFactor }),
  ]);
}

export async function readChanges(
  db: Queryable,
  name: string,
): Promise<{ at: number; act: string; author: string; reason: string; facts: object }[]> {
  const { rows } = await db.query<{ at: number; act: string; author: string; reason: string; facts: object }>(
    'select at, act, author, reason, facts from person_change where name = $1 order by id',
    [name],
  );
  return rows;
}
