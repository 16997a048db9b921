/** @module Who is believed, and the keys of what is sealed and signed. */
import { z } from 'zod';
import { setting } from './setting.ts';
import { list } from './shapes.ts';

export const accessSettings = {
  AUDIENCE: setting(z.string().default('urn:lienthong:gateway'), 'The audience that access tokens must name.'),
  ISSUERS_FILE: setting(
    z.string().optional(),
    'JSON with the outside issuers whose tokens are taken beside the embedded one’s (Keycloak, WSO2); see docs/en/operate.md.',
    { example: '/etc/lienthong/issuers.json' },
  ),
  SIGNING_KEY_DAYS: setting(
    z.coerce.number().int().min(1).max(3650).default(90),
    "After how many days the embedded issuer's signing key is rotated by itself.",
  ),
  ENCRYPTION_KEY: setting(
    z
      .string()
      .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64')
      .optional(),
    'Encrypts secrets and kept answers at rest: 32 bytes in base64. npm start makes one in DATA_DIR.',
    { secret: true, example: '' },
  ),
  ENCRYPTION_KEYS_FORMER: setting(
    list
      .default([])
      .refine(
        (keys) => keys.every((key) => Buffer.from(key, 'base64').length === 32),
        'each must be 32 bytes in base64',
      ),
    'Keys that ENCRYPTION_KEY had before, separated by commas: what they sealed is read, and sealed anew by a worker. lienthong sealing status says when they can go.',
    { secret: true },
  ),
  AUDIT_KEY: setting(
    z.string().min(32).optional(),
    'Keys the hash of whose data was read, at least 32 characters. npm start makes one in DATA_DIR.',
    { secret: true, example: '' },
  ),
  CLIENT_NOTICE_DAYS: setting(
    z.coerce.number().int().min(1).max(365).default(30),
    'How many days before a client’s validity ends an alert is raised.',
  ),
  CERTIFICATE_NOTICE_DAYS: setting(
    z.coerce.number().int().min(1).max(365).default(30),
    'How many days before a TLS certificate ends, an upstream’s or that of PUBLIC_URL, an alert is raised.',
  ),
} as const;
