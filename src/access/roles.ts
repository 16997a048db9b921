/** @module What each role of a person may do; where, says the person's agencies. */
import { ADMIN_SCOPES, AUDITOR_SCOPES, OPERATOR_SCOPES } from './clients.ts';

/** From the least to the most. */
export const ROLES = ['viewer', 'operator', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

const VIEWER_SCOPES = OPERATOR_SCOPES.filter((scope) => /\.(read|compute|quote)$/.test(scope));

const SCOPES: Readonly<Record<Role, ReadonlySet<string>>> = {
  viewer: new Set(VIEWER_SCOPES),
  operator: new Set(OPERATOR_SCOPES),
  auditor: new Set([...VIEWER_SCOPES, ...AUDITOR_SCOPES]),
  admin: new Set([...OPERATOR_SCOPES, ...AUDITOR_SCOPES, ...ADMIN_SCOPES]),
};

export const scopesOf = (role: Role): ReadonlySet<string> => SCOPES[role];
