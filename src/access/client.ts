/** @module A client as people manage it: what it may, from where, from when until when, how fast – as data, in requests and in answers. */
import { z } from 'zod';
import { parseNetworks } from '../connector/addresses.ts';
import { agencyCode, explained, instant } from '../dossiers/shape.ts';
import { rfc3339 } from '../http/answer.ts';
import { PERSONAL_DATA, type PersonalData } from './personal-data.ts';

/** So many calls within a window. */
export interface RateLimit {
  readonly calls: number;
  readonly seconds: number;
}

/** What operators decide of a client. Times are epoch milliseconds. */
export interface ClientFacts {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Codes of the agencies whose dossiers it may touch, each with all below it. */
  readonly agencies: readonly string[];
  readonly roles: readonly string[];
  /** Addresses and networks it may call from; none: any. */
  readonly addresses: readonly string[];
  readonly validFrom: number | null;
  readonly validUntil: number | null;
  /** null: none. */
  readonly rateLimit: RateLimit | null;
  /** Public keys, by which alone it proves itself (private_key_jwt); null: by its secret. */
  readonly jwks: z.output<typeof jwks> | null;
  /** Codes of the purposes for which it may ask for personal data; null: any of the catalogue. */
  readonly purposes: readonly string[] | null;
  /** Kinds of personal data that it is answered; null: all. */
  readonly personalData: readonly PersonalData[] | null;
}

/** A client as it is kept. */
export interface Client extends ClientFacts {
  readonly clientId: string;
  readonly suspendedAt: number | null;
  /** Until then the former secret is right too. */
  readonly formerSecretUntil: number | null;
  /** Tokens issued before are refused. */
  readonly tokensFrom: number | null;
  readonly createdAt: number;
  /** Raised with every change; the `ETag`. */
  readonly version: number;
}

export const STATES = ['active', 'suspended', 'not-yet-valid', 'expired'] as const;
export type State = (typeof STATES)[number];

/** Whether a client may call now, and why not. */
export function stateOf(
  { suspendedAt, validFrom, validUntil }: Pick<Client, 'suspendedAt' | 'validFrom' | 'validUntil'>,
  now: number,
): State {
  if (suspendedAt !== null) return 'suspended';
  if (validUntil !== null && now >= validUntil) return 'expired';
  return validFrom !== null && now < validFrom ? 'not-yet-valid' : 'active';
}

const network = explained((entry) => {
  try {
    parseNetworks([entry]);
    return null;
  } catch {
    return {
      vi: 'không phải địa chỉ hay dải mạng như 10.20.0.0/16',
      en: 'is no address or network such as 10.20.0.0/16',
    };
  }
}).meta({ example: '10.20.0.0/16' });

export const clientId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,62}$/)
  .meta({ example: 'kiosk-h15-50' });

const reason = z.string().trim().min(3).max(1000);
const rateLimit = z
  .strictObject({ calls: z.int().min(1).max(1_000_000), seconds: z.int().min(1).max(86_400) })
  .meta({ description: 'So many calls within so many seconds, over all replicas' });

/** A public key as RFC 7517 writes it: with a member of the private half it is refused. */
const publicKey = z.strictObject({
  kty: z.enum(['EC', 'OKP', 'RSA']),
  kid: z.string().min(1).max(200).meta({ example: '2026-01' }),
  alg: z.enum(['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256']).optional(),
  use: z.literal('sig').optional(),
  crv: z.enum(['P-256', 'Ed25519']).optional(),
  x: z.string().max(100).optional(),
  y: z.string().max(100).optional(),
  n: z.string().max(2_000).optional(),
  e: z.string().max(20).optional(),
});
const jwks = z.strictObject({ keys: z.array(publicKey).min(1).max(10) }).meta({
  description: 'Public keys, by which alone the client proves itself (private_key_jwt); null: by its secret',
});

const facts = {
  name: z.string().trim().min(1).max(200).meta({ description: 'Who it is, for people' }),
  scopes: z.array(z.string().max(100)).max(500),
  agencies: z.array(agencyCode).max(500).meta({ description: 'Each with all below it' }),
  roles: z.array(z.enum(['viewer', 'operator', 'auditor', 'admin'])).max(4),
  addresses: z.array(network).max(200).meta({ description: 'Addresses and networks it may call from; none: any' }),
  validFrom: instant.nullable(),
  validUntil: instant.nullable(),
  rateLimit: rateLimit.nullable(),
  jwks: jwks.nullable(),
  purposes: z
    .array(z.string().max(64))
    .max(100)
    .nullable()
    .meta({ description: 'Codes of `GET /v1/purposes` for which it may ask for personal data; null: any' }),
  personalData: z
    .array(z.enum(PERSONAL_DATA))
    .max(PERSONAL_DATA.length)
    .nullable()
    .meta({ description: 'Kinds of personal data that it is answered (`x-personal-data` in the schemas); null: all' }),
};

/** What a client that is created with no word about it may: far above what a one-gate system of a province needs. */
const USUAL_LIMIT: RateLimit = { calls: 6_000, seconds: 60 };

export const clientCreate = z.strictObject({
  clientId,
  ...facts,
  roles: facts.roles.default([]),
  addresses: facts.addresses.default([]),
  validFrom: facts.validFrom.default(null),
  validUntil: facts.validUntil.default(null),
  rateLimit: facts.rateLimit.default(USUAL_LIMIT),
  jwks: facts.jwks.default(null),
  reason,
});

export const clientPatch = z.strictObject({ ...z.object(facts).partial().shape, reason });
export const clientReason = z.strictObject({ reason });

const LONGEST_OVERLAP_HOURS = 24 * 90;
export const clientRotation = z.strictObject({
  reason,
  overlapHours: z.int().min(0).max(LONGEST_OVERLAP_HOURS).default(24).meta({
    description:
      'How long the former secret stays right beside the new one; 0: it has leaked, and every token issued so far is refused too',
  }),
});

type Said = Omit<z.output<typeof clientPatch>, 'reason'>;

/** What a request says, with its times as instants; what it does not say is absent. */
export function toFacts<T extends Said>(said: T): Partial<ClientFacts> {
  const { validFrom, validUntil, name, scopes, agencies, roles, addresses, rateLimit, purposes, personalData, jwks } =
    said;
  const at = (time: string | null | undefined) => (typeof time === 'string' ? Date.parse(time) : time);
  const all = {
    name,
    scopes: scopes && unique(scopes),
    agencies: agencies && unique(agencies),
    roles: roles && unique(roles),
    addresses: addresses && unique(addresses),
    validFrom: at(validFrom),
    validUntil: at(validUntil),
    rateLimit,
    jwks,
    purposes: purposes && unique(purposes),
    personalData: personalData && unique(personalData),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];

export const clientAnswer = z.object({
  clientId: z.string(),
  name: z.string(),
  state: z.enum(STATES),
  scopes: z.array(z.string()),
  agencies: z.array(z.string()),
  roles: z.array(z.string()),
  addresses: z.array(z.string()),
  validFrom: z.string().nullable(),
  validUntil: z.string().nullable(),
  rateLimit: z.object({ calls: z.int(), seconds: z.int() }).nullable(),
  jwks: jwks.nullable(),
  purposes: z.array(z.string()).nullable(),
  personalData: z.array(z.enum(PERSONAL_DATA)).nullable(),
  suspendedAt: z.string().nullable(),
  formerSecretUntil: z.string().nullable().meta({ description: 'Until then the former secret is right too' }),
  tokensFrom: z.string().nullable().meta({ description: 'Tokens issued before are refused' }),
  createdAt: z.string(),
  version: z.int().meta({ description: 'The ETag' }),
});

export function toClientAnswer(client: Client, now: number): z.input<typeof clientAnswer> {
  const { scopes, agencies, roles, addresses, purposes, personalData } = client;
  return {
    ...client,
    state: stateOf(client, now),
    scopes: [...scopes],
    agencies: [...agencies],
    roles: [...roles],
    addresses: [...addresses],
    purposes: purposes && [...purposes],
    personalData: personalData && [...personalData],
    validFrom: rfc3339(client.validFrom),
    validUntil: rfc3339(client.validUntil),
    suspendedAt: rfc3339(client.suspendedAt),
    formerSecretUntil: rfc3339(client.formerSecretUntil),
    tokensFrom: rfc3339(client.tokensFrom),
    createdAt: rfc3339(client.createdAt),
  };
}
