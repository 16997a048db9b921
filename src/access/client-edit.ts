/** @module How clients are changed, by the API and on the command line alike: one transaction each, its history with it. */
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import type { Queryable } from '../db/queryable.ts';
import { inTransaction } from '../db/transaction.ts';
import { fail, GatewayError, type Violation } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { hashSecret } from '../http/issuer.ts';
import { HOUR } from '../units.ts';
import type { Client, ClientFacts } from './client.ts';
import * as store from './client-store.ts';

/** Who changes a client, when and why. */
export interface ClientEdit {
  readonly author: string;
  readonly officer: string | null;
  readonly reason: string;
  readonly now: number;
  /** Scopes that some operation asks for: another one is a slip of the pen. */
  readonly scopes: ReadonlySet<string>;
  /** Purposes that the catalogue knows. */
  readonly purposes: ReadonlySet<string>;
  /** Asked of the client as it stands and as it is to be. @throws GatewayError where the author may not touch it */
  readonly permit: (client: Pick<Client, 'agencies' | 'version'>) => void;
}

/** A client with its secret, which nobody can read again. */
export interface WithSecret {
  readonly client: Client;
  readonly secret: string;
}

/** @throws GatewayError conflict where the id is taken, validation */
export function createClient(
  pool: pg.Pool,
  clientId: string,
  facts: ClientFacts,
  edit: ClientEdit,
): Promise<WithSecret> {
  refuseFaults(facts, edit);
  edit.permit({ ...facts, version: 0 });
  return inTransaction(pool, async (db) => {
    const secret = newSecret();
    if (!(await store.insertClient(db, clientId, facts, { secretHash: hashSecret(secret), now: edit.now })))
      fail('conflict', {
        detail: `There is a client ${clientId} already.`,
        detailVi: `Đã có ứng dụng mang mã ${clientId}.`,
      });
    await note(db, clientId, 1, 'created', differences({}, facts), edit);
    return { client: (await store.readClient(db, clientId))!, secret };
  });
}

/** What is not said stays as it is; a change that changes nothing is none. @throws GatewayError not-found, validation */
export const changeClient = (
  pool: pg.Pool,
  clientId: string,
  facts: Partial<ClientFacts>,
  edit: ClientEdit,
): Promise<Client> => change(pool, clientId, 'changed', edit, () => facts);

/** Its tokens are refused within seconds, also those given out already. @throws GatewayError not-found */
export const suspendClient = (pool: pg.Pool, clientId: string, edit: ClientEdit): Promise<Client> =>
  change(pool, clientId, 'suspended', edit, ({ suspendedAt }) => ({ suspendedAt: suspendedAt ?? edit.now }));

/** @throws GatewayError not-found */
export const resumeClient = (pool: pg.Pool, clientId: string, edit: ClientEdit): Promise<Client> =>
  change(pool, clientId, 'resumed', edit, () => ({ suspendedAt: null }));

/** A new secret; the present one stays right for so many hours. With none it has leaked: its tokens end as well. @throws GatewayError not-found */
export async function rotateSecret(
  pool: pg.Pool,
  clientId: string,
  overlapHours: number,
  edit: ClientEdit,
): Promise<WithSecret> {
  const secret = newSecret();
  const formerSecretUntil = overlapHours === 0 ? null : edit.now + overlapHours * HOUR;
  const client = await change(
    pool,
    clientId,
    'secret-rotated',
    edit,
    ({ tokensFrom }) => ({ formerSecretUntil, tokensFrom: formerSecretUntil === null ? edit.now : tokensFrom }),
    (db) => store.replaceSecret(db, clientId, { secretHash: hashSecret(secret), formerUntil: formerSecretUntil }),
  );
  return { client, secret };
}

const newSecret = (): string => randomBytes(32).toString('base64url');

function change(
  pool: pg.Pool,
  clientId: string,
  act: store.Act,
  edit: ClientEdit,
  next: (former: Client) => Partial<Client>,
  beside?: (db: Queryable) => Promise<void>,
): Promise<Client> {
  return inTransaction(pool, async (db) => {
    const former = (await store.readClient(db, clientId, true)) ?? absent(clientId);
    edit.permit(former);
    const client = { ...former, ...next(former) };
    const changes = differences(former, client);
    if (Object.keys(changes).length === 0) return former;
    edit.permit({ ...client, version: former.version });
    if (act === 'changed') refuseFaults(client, edit);
    const version = former.version + 1;
    await store.updateClient(db, { ...client, version });
    await beside?.(db);
    await note(db, clientId, version, act, changes, edit);
    return { ...client, version };
  });
}

export function absent(clientId: string): never {
  fail('not-found', { detail: `There is no client ${clientId}.`, detailVi: `Không có ứng dụng ${clientId}.` });
}

function refuseFaults({ scopes, purposes, validFrom, validUntil }: ClientFacts, edit: ClientEdit): void {
  const violations = [
    ...unknown(
      scopes,
      edit.scopes,
      (scope) => `không có quyền nào tên ${scope} / there is no scope ${scope}`,
      'scopes',
    ),
    ...unknown(
      purposes ?? [],
      edit.purposes,
      (code) => `danh mục không có mục đích ${code} / the catalogue has no purpose ${code}`,
      'purposes',
    ),
  ];
  if (validFrom !== null && validUntil !== null && validUntil <= validFrom)
    violations.push({ path: '$.validUntil', message: 'phải sau validFrom / must be after validFrom' });
  if (violations.length > 0) throw new GatewayError('validation', { violations });
}

const unknown = (
  items: readonly string[],
  known: ReadonlySet<string>,
  message: (item: string) => string,
  field: string,
): Violation[] =>
  items.flatMap((item, i) => (known.has(item) ? [] : [{ path: `$.${field}[${i}]`, message: message(item) }]));

const note = (
  db: Queryable,
  clientId: string,
  version: number,
  act: store.Act,
  changes: store.ClientChange['changes'],
  { author, officer, reason, now }: ClientEdit,
): Promise<void> => store.insertChange(db, clientId, { version, at: now, act, author, officer, reason, changes });

/** The fields that differ, as they are shown: instants as RFC 3339. */
function differences(former: object, next: object): store.ClientChange['changes'] {
  const before = new Map(Object.entries(former));
  return Object.fromEntries(
    Object.entries(next)
      .filter(([field, to]) => !isDeepStrictEqual(to, before.get(field)))
      .map(([field, to]) => [field, { from: shown(field, before.get(field) ?? null), to: shown(field, to) }]),
  );
}

const INSTANTS = new Set(['validFrom', 'validUntil', 'suspendedAt', 'formerSecretUntil', 'tokensFrom']);
const shown = (field: string, value: unknown): unknown =>
  INSTANTS.has(field) && typeof value === 'number' ? rfc3339(value) : value;
