/** @module How people log in to the console, and how long they stay. */
import { z } from 'zod';
import { setting } from './setting.ts';
import { address, list } from './shapes.ts';

export const consoleSettings = {
  CONSOLE_OIDC_ISSUER: setting(
    address.optional(),
    'Where people log in to the console: an OpenID provider (Keycloak, WSO2); without it the embedded one, with the people of lienthong person.',
    { example: 'https://sso.example.vn/realms/tinh' },
  ),
  CONSOLE_OIDC_CLIENT_ID: setting(z.string().default('lienthong-console'), 'The console as a client of that provider.'),
  CONSOLE_OIDC_CLIENT_SECRET: setting(
    z.string().optional(),
    'Its secret there; without one it is a public client (PKCE).',
    {
      secret: true,
      example: '',
    },
  ),
  CONSOLE_OIDC_SCOPE: setting(z.string().default('openid profile'), 'The scopes that it asks for there.'),
  CONSOLE_OIDC_NAME_CLAIM: setting(
    z.string().default('preferred_username'),
    'The claim by which a person is known here (lienthong person add … --outside).',
  ),
  CONSOLE_OIDC_ROLE_CLAIM: setting(
    z.string().optional(),
    'The claim with the roles of who is not registered here; without it only registered people get in.',
    { example: 'realm_access.roles' },
  ),
  CONSOLE_OIDC_ROLES: setting(
    list.default([]),
    'Which role there is which here, such as lt-admin=admin,lt-van-hanh=operator; the highest counts.',
  ),
  CONSOLE_OIDC_AGENCY_CLAIM: setting(
    z.string().default('agencies'),
    'The claim with the codes of the agencies of who is not registered here.',
  ),
  CONSOLE_OIDC_SECOND_FACTORS: setting(
    list.default(['mfa', 'otp', 'hwk']),
    'Values of acr or amr by which the provider says that a second factor was used, which an admin must.',
  ),
  CONSOLE_IDLE_MINUTES: setting(
    z.coerce.number().int().min(1).max(1440).default(30),
    'After how many minutes without a call a session of the console ends; its page asks while it is open and seen.',
  ),
  CONSOLE_SESSION_HOURS: setting(
    z.coerce.number().int().min(1).max(168).default(10),
    'After how many hours a session of the console ends at the latest.',
  ),
} as const;
