/** @module The clients that may get tokens, and the scopes that there are. */
import { canStand } from '../db/nul.ts';
import type { Queryable } from '../db/queryable.ts';
import type { ClientRecord } from '../http/issuer.ts';

/** A client that may get a token now; none that is suspended, or whose time has not begun or has ended. */
export async function findClient(db: Queryable, clientId: string): Promise<ClientRecord | undefined> {
  if (!canStand(clientId)) return undefined;
  const { rows } = await db.query<ClientRecord>(
    `select client_id as "clientId", secret_hash as "secretHash", jwks, scopes, agencies, roles,
       case when former_secret_until > now() then former_secret_hash end as "formerSecretHash"
     from client where client_id = $1 and suspended_at is null and coalesce(valid_from, '-infinity') <= now() and coalesce(valid_until, 'infinity') > now()`,
    [clientId],
  );
  return rows[0];
}

export async function putClient(db: Queryable, client: ClientRecord): Promise<void> {
  await db.query(
    `insert into client (client_id, secret_hash, jwks, scopes, agencies, roles) values ($1, $2, $3, $4, $5, $6)
     on conflict (client_id) do update set secret_hash = excluded.secret_hash, jwks = excluded.jwks, scopes = excluded.scopes, agencies = excluded.agencies, roles = excluded.roles`,
    [client.clientId, client.secretHash, client.jwks ?? null, client.scopes, client.agencies, client.roles ?? []],
  );
}

/** What an iGate needs. */
export const IGATE_SCOPES = [
  'dossiers.read',
  'dossiers.search',
  'dossiers.write',
  'events.write',
  'catalogues.read',
  'deadlines.compute',
  'calendar.read',
  'alerts.read',
  'alerts.acknowledge',
  'changes.read',
  'delivery.order',
  'delivery.read',
  'delivery.cancel',
  'subscriptions.read',
  'subscriptions.write',
  'reports.read',
  'exchange.submit',
  'exchange.read',
  'exchange.supplement',
  'exchange.withdraw',
  'exchange.hand-over',
  'exchange.wrong-result',
  'exchange.results',
  'payments.create',
  'payments.read',
  'payments.refund',
  'fees.quote',
];

/** What an operator needs; reading dossiers included. */
export const OPERATOR_SCOPES = [
  'dossiers.read',
  'dossiers.correct',
  'sync.read',
  'sync.operate',
  'quarantine.read',
  'quarantine.operate',
  'reconciliation.read',
  'reconciliation.operate',
  'incidents.read',
  'incidents.manage',
  'connectors.read',
  'connectors.read-answers',
  'connectors.operate',
  'catalogues.read',
  'catalogues.write',
  'imports.read',
  'imports.operate',
  'deadlines.compute',
  'alerts.read',
  'alerts.acknowledge',
  'changes.read',
  'subscriptions.read',
  'subscriptions.write',
  'reports.read',
  'calendar.read',
  'calendar.write',
  'exchange.read',
  'payments.read',
  'payments.refund',
  'payments.settle',
  'fees.quote',
];

/** What an auditor needs. */
export const AUDITOR_SCOPES = [
  'audit.read',
  'audit.verify',
  'audit.who-read',
  'alerts.read',
  'alerts.acknowledge',
  'reports.read',
];

/** What an administrator of clients needs. */
export const ADMIN_SCOPES = ['clients.read', 'clients.manage'];

/** Every scope that an operation asks for. @param operations scopes of what connectors offer */
export const knownScopes = (operations: readonly string[]): ReadonlySet<string> =>
  new Set([...IGATE_SCOPES, ...OPERATOR_SCOPES, ...AUDITOR_SCOPES, ...ADMIN_SCOPES, ...operations]);

/** What a role that is named in place of scopes stands for. */
export const SCOPES_OF_ROLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['igate', IGATE_SCOPES],
  ['operator', OPERATOR_SCOPES],
  ['auditor', AUDITOR_SCOPES],
  ['admin', ADMIN_SCOPES],
]);
