/** @module Clients in the database: read, written, their history. One function per statement. */
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import type { Client, ClientFacts } from './client.ts';

const CLIENT = `
  client_id as "clientId", name, scopes, agencies, roles, addresses, valid_from as "validFrom", valid_until as "validUntil",
  rate_limit as "rateLimit", purposes, personal_data as "personalData", jwks, suspended_at as "suspendedAt", tokens_from as "tokensFrom", created_at as "createdAt", version,
  case when former_secret_until > now() then former_secret_until end as "formerSecretUntil"`;

export async function readClients(db: Queryable): Promise<Client[]> {
  const { rows } = await db.query<Client>(`select ${CLIENT} from client order by client_id`);
  return rows;
}

/** @param lock until the transaction ends */
export async function readClient(db: Queryable, clientId: string, lock = false): Promise<Client | null> {
  const { rows } = await db.query<Client>(
    `select ${CLIENT} from client where client_id = $1 ${lock ? 'for update' : ''}`,
    [clientId],
  );
  return rows[0] ?? null;
}

/** @returns false where the id is taken */
export async function insertClient(
  db: Queryable,
  clientId: string,
  facts: ClientFacts,
  { secretHash, now }: { readonly secretHash: string; readonly now: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into client (client_id, secret_hash, name, scopes, agencies, roles, addresses, valid_from, valid_until, rate_limit, purposes, personal_data, jwks, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, ${at('$8')}, ${at('$9')}, $10, $11, $12, $13, ${at('$14')}) on conflict do nothing`,
    [clientId, secretHash, ...valuesOf(facts), now],
  );
  return rowCount === 1;
}

export async function updateClient(db: Queryable, client: Client): Promise<void> {
  await db.query(
    `update client set name = $2, scopes = $3, agencies = $4, roles = $5, addresses = $6, valid_from = ${at('$7')}, valid_until = ${at('$8')},
       rate_limit = $9, purposes = $10, personal_data = $11, jwks = $12, suspended_at = ${at('$13')}, tokens_from = ${at('$14')}, version = $15 where client_id = $1`,
    [client.clientId, ...valuesOf(client), client.suspendedAt, client.tokensFrom, client.version],
  );
}

const valuesOf = (facts: ClientFacts): unknown[] => [
  facts.name,
  facts.scopes,
  facts.agencies,
  facts.roles,
  facts.addresses,
  facts.validFrom,
  facts.validUntil,
  facts.rateLimit && JSON.stringify(facts.rateLimit),
  facts.purposes,
  facts.personalData,
  facts.jwks && JSON.stringify(facts.jwks),
];

/** The present secret becomes the former one, right until then; null: no longer. */
export async function replaceSecret(
  db: Queryable,
  clientId: string,
  { secretHash, formerUntil }: { readonly secretHash: string; readonly formerUntil: number | null },
): Promise<void> {
  await db.query(
    `update client set secret_hash = $2, former_secret_until = ${at('$3')},
       former_secret_hash = case when $3::float8 is null then null else secret_hash end
     where client_id = $1`,
    [clientId, secretHash, formerUntil],
  );
}

export const ACTS = ['created', 'changed', 'suspended', 'resumed', 'secret-rotated'] as const;
export type Act = (typeof ACTS)[number];

/** One change of a client; no secret stands in it. */
export interface ClientChange {
  readonly version: number;
  readonly at: number;
  readonly act: Act;
  readonly author: string;
  readonly officer: string | null;
  readonly reason: string;
  readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
}

export async function insertChange(db: Queryable, clientId: string, change: ClientChange): Promise<void> {
  await db.query(
    `insert into client_change (client_id, version, at, act, author, officer, reason, changes)
     values ($1, $2, ${at('$3')}, $4, $5, $6, $7, $8)`,
    [
      clientId,
      change.version,
      change.at,
      change.act,
      change.author,
      change.officer,
      change.reason,
      JSON.stringify(change.changes),
    ],
  );
}

/** Newest first; only versions before that one. */
export async function readChanges(
  db: Queryable,
  clientId: string,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<ClientChange[]> {
  const { rows } = await db.query<ClientChange>(
    `select version, at, act, author, officer, reason, changes from client_change
     where client_id = $1 and ($2::int is null or version < $2) order by version desc limit $3`,
    [clientId, before, limit],
  );
  return rows;
}

/** Raised by every statement that changes a client. */
export async function clientVersion(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ version: number }>('select version from client_version');
  return rows[0]!.version;
}
