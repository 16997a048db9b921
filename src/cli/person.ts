/** @module `lienthong person …`: the people of the console, each change with its author and reason. */
import { userInfo } from 'node:os';
import type pg from 'pg';
import { addPerson, changePerson, type Proofs, resetPerson } from '../access/people.ts';
import { nameOf, type Person } from '../access/person.ts';
import { readChanges, readPeople } from '../access/person-store.ts';
import type { Role } from '../access/roles.ts';
import type { Seal } from '../access/seal.ts';
import { rfc3339 } from '../http/answer.ts';
import { type Environment, withDatabase } from './database.ts';
import { CommandFault } from './fault.ts';
import { sealOf } from './sealed.ts';

export type PersonCommand = 'list' | 'history' | 'add' | 'role' | 'agency' | 'reset' | 'suspend' | 'resume';

/** What can be said of a person on the command line; the reason always is where something changes. */
export interface PersonOptions {
  readonly role?: Role;
  /** Codes, separated by commas. */
  readonly agency?: string;
  readonly fullName?: string;
  readonly secondFactor?: boolean;
  readonly outside?: boolean;
  readonly reason?: string;
}

/**
 * Does it and says what became of it, as JSON; a new password and second factor stand in it, once.
 *
 * @throws GatewayError not-found, conflict; CommandFault where there is no database or the name is no name
 */
export async function personText(
  command: PersonCommand,
  name: string,
  options: PersonOptions,
  { env, now }: { readonly env: Environment; readonly now: number },
): Promise<string> {
  const seal = await sealOf(env);
  const answer = await withDatabase(env, (pool) => {
    if (pool === null)
      throw new CommandFault('Không có cơ sở dữ liệu: đặt DATABASE_URL, hoặc DATA_DIR của npm start đang chạy.');
    return run(command, nameOf(name), options, { pool, seal, now });
  });
  return `${JSON.stringify(answer, null, 2)}\n`;
}

const NAME = /^[a-z0-9][a-z0-9._@-]{1,99}$/;

async function run(
  command: PersonCommand,
  name: string,
  { role, agency, fullName = '', secondFactor = false, outside = false, reason = '' }: PersonOptions,
  { pool, seal, now }: { readonly pool: pg.Pool; readonly seal: Seal; readonly now: number },
): Promise<unknown> {
  const edit = { author: `cli:${userInfo().username}`, reason, now };
  const agencies = agency?.split(/[,\s]+/).filter((code) => code !== '');
  const changed = async (change: Parameters<typeof changePerson>[3]) =>
    shown(await changePerson(pool, seal, name, change, edit));
  switch (command) {
    case 'list':
      return { items: (await readPeople(pool)).map(plain) };
    case 'history':
      return { items: (await readChanges(pool, name)).map(({ at, ...rest }) => ({ at: rfc3339(at), ...rest })) };
    case 'add': {
      if (!NAME.test(name)) throw new CommandFault('Tên đăng nhập: chữ thường không dấu, số và . _ @ -');
      const facts = { name, fullName, role: role!, agencies: agencies! };
      return shown(await addPerson(pool, seal, { ...facts, isOutside: outside, withSecondFactor: secondFactor }, edit));
    }
    case 'role':
      return changed({ role: role! });
    case 'agency':
      return changed({ agencies: agencies! });
    case 'reset':
      return { name, ...(await resetPerson(pool, seal, name, edit)) };
    case 'suspend':
      return changed({ suspended: true });
    case 'resume':
      return changed({ suspended: false });
  }
}

const plain = ({ suspendedAt, ...person }: Person) => ({ ...person, suspendedAt: rfc3339(suspendedAt) });

const shown = ({ person, proofs }: { readonly person: Person; readonly proofs: Proofs | null }) => ({
  ...plain(person),
  ...proofs,
});
