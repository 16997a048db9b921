/** @module The fees and the accounts to be credited, from the files that an installation names; read once, at the start. */
import { z } from 'zod';
import type { Agency } from '../agencies/agency.ts';
import type { AgenciesOn } from '../agencies/directory.ts';
import type { BeneficiaryAccount } from '../capabilities/payments.ts';
import { readSettingsFile } from '../settings-file.ts';
import { type FeeCatalogue, feeCatalogue } from './fees.ts';

const accounts = z.array(
  z.strictObject({
    agency: z.string().min(1),
    number: z.string().min(1).max(40),
    bankCode: z.string().min(1).max(30),
    holder: z.string().min(1).max(250),
  }),
);

/** Without a file no fee is known: nothing is quoted that nobody decided. */
export const readFees = (file: string | undefined): Promise<FeeCatalogue | null> =>
  file === undefined ? Promise.resolve(null) : readSettingsFile(file, feeCatalogue);

/** Accounts by the agency that they belong to. */
export type Accounts = ReadonlyMap<string, BeneficiaryAccount>;

export async function readAccounts(file: string | undefined): Promise<Accounts> {
  const all = file === undefined ? [] : await readSettingsFile(file, accounts);
  return new Map(all.map(({ agency, ...account }) => [agency, account]));
}

/** Whom a payment to an agency is credited to: its own account by any of its codes, else that of the nearest agency above. */
export function accountOf(all: Accounts, agencyCode: string, agencies: AgenciesOn): BeneficiaryAccount | null {
  const seen = new Set<Agency>();
  let agency = agencies.nearest(agencies.currentCode(agencyCode));
  const own = all.get(agencyCode);
  if (own) return own;
  while (agency !== null && !seen.has(agency)) {
    seen.add(agency);
    for (const { code } of agencies.codesOf(agency)) {
      const account = all.get(code);
      if (account) return account;
    }
    agency = agencies.parentOf(agency);
  }
  return null;
}
