/** @module Issuers from outside, several side by side, as ISSUERS_FILE names them: a province's Keycloak, a WSO2 in front of it. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError } from '../config.ts';
import type { TokenIssuer } from '../http/auth.ts';
import { type ClaimNames, OWN_CLAIMS } from '../http/claims.ts';
import type { Log } from '../log.ts';
import { SECOND } from '../units.ts';
import { introspection } from './introspection.ts';
import { outsideKeys } from './outside-keys.ts';

/** How well-known products name their claims; a file may say otherwise for each. */
const SHAPES = {
  standard: OWN_CLAIMS,
  keycloak: { ...OWN_CLAIMS, client: 'azp', roles: 'realm_access.roles', officer: 'preferred_username' },
  wso2: { ...OWN_CLAIMS, roles: 'groups', officer: 'act.sub' },
} satisfies Record<string, ClaimNames>;

/** Over plain HTTP anyone on the way could name his own keys; on this machine nobody is. */
const address = z
  .url({ protocol: /^https?$/ })
  .refine((text) => /^https:|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(`${text}/`), 'must be https');

const claim = z.string().min(1);
const outsideIssuer = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9-]{1,40}$/),
    issuer: address,
    audience: z.string().min(1).nullable(),
    shape: z.enum(['standard', 'keycloak', 'wso2']).default('standard'),
    claims: z
      .strictObject({ client: claim, scopes: claim, agencies: claim, roles: claim, officer: claim })
      .partial()
      .default({}),
    clientPrefix: z.string().max(40).optional(),
    clockToleranceSeconds: z.int().min(0).max(300).default(30),
    jwksUri: address.optional(),
    introspection: z
      .strictObject({
        endpoint: address,
        clientId: z.string().min(1),
        clientSecret: z.string().min(1).optional(),
        clientSecretFile: z.string().min(1).optional(),
        jwts: z.boolean().default(false),
      })
      .refine((one) => (one.clientSecret === undefined) !== (one.clientSecretFile === undefined), {
        message: 'one of clientSecret and clientSecretFile',
      })
      .optional(),
  })
  .refine(({ audience, introspection: asked }) => audience !== null || asked?.jwts === true, {
    message: 'null only where the issuer is asked about every token (introspection.jwts)',
    path: ['audience'],
  });

const issuersFile = z
  .strictObject({ issuers: z.array(outsideIssuer) })
  .refine(({ issuers }) => new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length, 'an issuer twice')
  .refine(({ issuers }) => new Set(issuers.map(({ name }) => name)).size === issuers.length, 'a name twice');

/** Reads ISSUERS_FILE; none without one. @throws ConfigError naming every fault of it */
export async function readOutsideIssuers(
  file: string | undefined,
  { log, now }: { readonly log: Log; readonly now: () => number },
): Promise<TokenIssuer[]> {
  if (file === undefined) return [];
  const fault = (message: string): ConfigError => new ConfigError([{ key: 'ISSUERS_FILE', message }]);
  const readText = (path: string): Promise<string> =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw fault(`${path} cannot be read (${error.code})`);
    });
  let content: unknown;
  try {
    content = JSON.parse(await readText(file));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw fault('must be JSON');
  }
  const read = issuersFile.safeParse(content);
  if (!read.success)
    throw new ConfigError(
      read.error.issues.map(({ path, message }) => ({ key: 'ISSUERS_FILE', message: `${path.join('.')}: ${message}` })),
    );
  return Promise.all(
    read.data.issuers.map(async (one): Promise<TokenIssuer> => {
      const { name, issuer, audience, introspection: asked, jwksUri } = one;
      const secret = asked && (asked.clientSecret ?? (await readText(asked.clientSecretFile!)).trim());
      return {
        issuer,
        audience,
        claims: { ...SHAPES[one.shape], ...one.claims } as ClaimNames,
        clientPrefix: one.clientPrefix ?? `${name}.`,
        toleranceMs: one.clockToleranceSeconds * SECOND,
        ...(asked?.jwts ? {} : { find: outsideKeys({ name, issuer, jwksUri, log, now }) }),
        ...(asked && { introspect: introspection({ ...asked, name, issuer, audience, clientSecret: secret!, now }) }),
      };
    }),
  );
}
