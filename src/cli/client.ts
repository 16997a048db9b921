/** @module `lienthong client …`: clients on the command line, for the first one and for when nobody can log in. */
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type pg from 'pg';
import type { z } from 'zod';
import { clientCreate, clientPatch, toClientAnswer, toFacts } from '../access/client.ts';
import * as edits from '../access/client-edit.ts';
import { readChanges, readClient, readClients } from '../access/client-store.ts';
import { knownScopes, SCOPES_OF_ROLES } from '../access/clients.ts';
import { readPurposes } from '../catalogue/store.ts';
import { operationScopes } from '../connector/operation-route.ts';
import { installedConnectors } from '../connector/registry.ts';
import { GatewayError } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { violationsIn } from '../http/violations.ts';
import { type Environment, withDatabase } from './database.ts';
import { CommandFault } from './fault.ts';

/** What can be said of a client on the command line, each as the API takes it; a list is separated by commas. */
export interface ClientOptions {
  readonly name?: string;
  readonly scopes?: string;
  readonly agencies?: string;
  readonly roles?: string;
  readonly addresses?: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
  /** `600/60`: so many calls within so many seconds; `none`. */
  readonly rateLimit?: string;
  /** A file with the public keys, or `none`. */
  readonly jwks?: string;
  readonly overlapHours?: string;
  /** Both: codes, or `all`. */
  readonly purposes?: string;
  readonly personalData?: string;
  readonly reason?: string;
}

export type ClientCommand = 'list' | 'show' | 'create' | 'change' | 'suspend' | 'resume' | 'rotate-secret' | 'history';

/**
 * Does it and says what became of it, as the API answers it; a new secret stands in `clientSecret`, once.
 *
 * @throws GatewayError as the API would refuse it; CommandFault where there is no database
 */
export async function clientText(
  command: ClientCommand,
  clientId: string,
  options: ClientOptions,
  { env, now }: { readonly env: Environment; readonly now: number },
): Promise<string> {
  const keys = await keysIn(options.jwks);
  const scopes = knownScopes(operationScopes(await installedConnectors(env)));
  const answer = await withDatabase(env, (pool) => {
    if (pool === null)
      throw new CommandFault('Không có cơ sở dữ liệu: đặt DATABASE_URL, hoặc DATA_DIR của npm start đang chạy.');
    const author = `cli:${userInfo().username}`;
    const known = readPurposes(pool).then((purposes) => new Set(purposes.map(({ code }) => code)));
    const edit = { author, officer: null, reason: options.reason ?? '', now, scopes, permit: () => {} };
    return known.then((purposes) => run(command, clientId, { ...options, keys }, pool, { ...edit, purposes }));
  });
  return `${JSON.stringify(answer, null, 2)}\n`;
}

interface Given extends ClientOptions {
  /** As the file holds them; null: none; undefined: they stay. */
  readonly keys: unknown;
}

async function keysIn(file: string | undefined): Promise<unknown> {
  if (file === undefined || file === 'none') return file && null;
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CommandFault(`Không đọc được tệp khóa ${file}: ${(error as Error).message}`);
  }
}

async function run(
  command: ClientCommand,
  clientId: string,
  options: Given,
  pool: pg.Pool,
  edit: edits.ClientEdit,
): Promise<unknown> {
  const { now } = edit;
  const shown = ({ client, secret }: edits.WithSecret) => ({ ...toClientAnswer(client, now), clientSecret: secret });
  switch (command) {
    case 'list':
      return { items: (await readClients(pool)).map((client) => toClientAnswer(client, now)) };
    case 'show':
      return toClientAnswer((await readClient(pool, clientId)) ?? edits.absent(clientId), now);
    case 'history': {
      const changes = await readChanges(pool, clientId, { before: null, limit: 500 });
      return { items: changes.map(({ at, ...rest }) => ({ ...rest, at: rfc3339(at) })) };
    }
    case 'create': {
      const { clientId: id, reason: _, ...said } = parsed(clientCreate, { clientId, ...saidBy(options) });
      return shown(
        await edits.createClient(pool, id, { ...said, ...toFacts(said) } as edits.WithSecret['client'], edit),
      );
    }
    case 'change': {
      const { reason: _, ...said } = parsed(clientPatch, saidBy(options));
      return toClientAnswer(await edits.changeClient(pool, clientId, toFacts(said), edit), now);
    }
    case 'suspend':
      return toClientAnswer(await edits.suspendClient(pool, clientId, edit), now);
    case 'resume':
      return toClientAnswer(await edits.resumeClient(pool, clientId, edit), now);
    case 'rotate-secret':
      return shown(await edits.rotateSecret(pool, clientId, Number(options.overlapHours ?? 24), edit));
  }
}

function parsed<T extends z.ZodType>(schema: T, said: object): z.output<T> {
  const violations = violationsIn(schema, said, '$', 'vi');
  if (violations.length > 0) throw new GatewayError('validation', { violations });
  return schema.parse(said);
}

function saidBy({ overlapHours: _, jwks: __, keys, rateLimit, validFrom, validUntil, ...texts }: Given): object {
  const lists = ['scopes', 'agencies', 'roles', 'addresses', 'purposes', 'personalData'] as const;
  const [calls, seconds] = (rateLimit ?? '').split('/').map(Number);
  return {
    ...texts,
    ...Object.fromEntries(
      lists.flatMap((name) =>
        texts[name] === undefined ? [] : [[name, texts[name] === 'all' ? null : listedAs(name, texts[name])]],
      ),
    ),
    ...(keys === undefined ? {} : { jwks: keys }),
    ...(rateLimit === undefined ? {} : { rateLimit: rateLimit === 'none' ? null : { calls, seconds } }),
    ...(validFrom === undefined ? {} : { validFrom: validFrom === 'none' ? null : validFrom }),
    ...(validUntil === undefined ? {} : { validUntil: validUntil === 'none' ? null : validUntil }),
  };
}

const listedAs = (name: string, text: string): string[] =>
  name === 'scopes' ? [...new Set(listOf(text).flatMap((item) => SCOPES_OF_ROLES.get(item) ?? [item]))] : listOf(text);

const listOf = (text: string): string[] => text.split(/[,\s]+/).filter((item) => item !== '');
