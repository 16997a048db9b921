/** @module Who a person is at the console, by what the provider says of them and by the register of people. */
import type { JWTPayload } from 'jose';
import { nameOf, type Person } from '../access/person.ts';
import { ROLES, type Role } from '../access/roles.ts';
import { claimOf, wordsOf } from '../http/claims.ts';

/** How an outside provider says it. */
export interface WhoSettings {
  readonly nameClaim: string;
  /** null: only who is registered here gets in. */
  readonly roleClaim: string | null;
  /** Which of its roles is which here. */
  readonly roles: ReadonlyMap<string, Role>;
  readonly agencyClaim: string;
  /** Values of acr or amr that tell of a second factor. */
  readonly secondFactors: readonly string[];
}

export interface Who {
  readonly person: string;
  readonly fullName: string;
  readonly role: Role;
  readonly agencies: readonly string[];
}

export type Refusal = 'unknown' | 'suspended' | 'second-factor';

/** The person, or why they do not get in. @param found of the register, by the name that the claims tell */
export function whoIs(claims: JWTPayload, settings: WhoSettings, found: Person | undefined): Who | Refusal {
  if (found && found.suspendedAt !== null) return 'suspended';
  const fullName = typeof claims.name === 'string' ? claims.name : '';
  const role = found?.role ?? highest(claims, settings);
  const person = nameIn(claims, settings);
  if (role === null || person === null) return 'unknown';
  const proofs = [...wordsOf(claims.amr), ...wordsOf(claims.acr)];
  if (role === 'admin' && !proofs.some((proof) => settings.secondFactors.includes(proof))) return 'second-factor';
  const agencies = found?.agencies ?? wordsOf(claimOf(claims, settings.agencyClaim));
  return { person, fullName: found?.fullName || fullName || person, role, agencies };
}

/** The name by which the register may know them. */
export function nameIn(claims: JWTPayload, { nameClaim }: Pick<WhoSettings, 'nameClaim'>): string | null {
  const name = claimOf(claims, nameClaim) ?? claims.sub;
  return typeof name === 'string' && name !== '' ? nameOf(name) : null;
}

function highest(claims: JWTPayload, { roleClaim, roles }: WhoSettings): Role | null {
  if (roleClaim === null) return null;
  const held = new Set(wordsOf(claimOf(claims, roleClaim)).map((theirs) => roles.get(theirs)));
  return ROLES.findLast((role) => held.has(role)) ?? null;
}
