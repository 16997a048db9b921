/** @module The invented people who log in to the demo's console, one of each role. */
import type pg from 'pg';
import { hashPassword } from '../access/password.ts';
import { insertChange, insertPerson, readPerson, updateProofs } from '../access/person-store.ts';
import type { Role } from '../access/roles.ts';
import type { Seal } from '../access/seal.ts';
import { secretName, uriOf } from '../access/second-factor.ts';
import { inTransaction } from '../db/transaction.ts';
import type { DemoSecrets } from './files.ts';

const PEOPLE: readonly { name: string; fullName: string; role: Role; agencies: readonly string[] }[] = [
  { name: 'vanhanh', fullName: 'Lê Thị Bình', role: 'operator', agencies: ['H15'] },
  { name: 'xem', fullName: 'Trần Văn Cường', role: 'viewer', agencies: ['H15.50'] },
  { name: 'giamsat', fullName: 'Phạm Thị Dung', role: 'auditor', agencies: ['H15'] },
  { name: 'quantri', fullName: 'Nguyễn Văn Em', role: 'admin', agencies: ['H15'] },
];

type Proofs = Pick<DemoSecrets, 'personPassword' | 'adminSecondFactor'>;

/** Plants who is not there yet: what was changed of them since stays. */
export async function plantConsolePeople(pool: pg.Pool, seal: Seal, proofs: Proofs, now: number): Promise<void> {
  const password = await hashPassword(proofs.personPassword);
  for (const one of PEOPLE)
    await inTransaction(pool, async (db) => {
      if (!(await insertPerson(db, one, now))) return;
      const totpSecret = one.role === 'admin' ? seal.close(proofs.adminSecondFactor, secretName(one.name)) : null;
      await updateProofs(db, one.name, { password, totpSecret });
      const person = (await readPerson(db, one.name))!;
      await insertChange(db, 'added', person, { author: 'npm start', reason: 'the demo', now });
    });
}

/** What each logs in with, for `demo.json`. */
export const consolePeople = ({ personPassword, adminSecondFactor }: Proofs) =>
  Object.fromEntries(
    PEOPLE.map(({ name, role, agencies }) => [
      name,
      {
        role,
        agencies,
        password: personPassword,
        ...(role === 'admin' ? { secondFactor: uriOf(name, adminSecondFactor) } : {}),
      },
    ]),
  );
