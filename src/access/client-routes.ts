/** @module Clients over the API: who may call the gateway, what each may, and every change of it with author and reason. */
import type pg from 'pg';
import { z } from 'zod';
import type { AgenciesOn } from '../agencies/directory.ts';
import { type ErrorCode, fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { ifMatch, versionOf } from '../http/if-match.ts';
import { linkNext } from '../http/paging.ts';
import { type Call, defineRoute, type Route } from '../http/route.ts';
import {
  type Client,
  clientAnswer,
  clientCreate,
  clientId,
  clientPatch,
  clientReason,
  clientRotation,
  STATES,
  stateOf,
  toClientAnswer,
  toFacts,
} from './client.ts';
import {
  absent,
  type ClientEdit,
  changeClient,
  createClient,
  resumeClient,
  rotateSecret,
  suspendClient,
  type WithSecret,
} from './client-edit.ts';
import { EXAMPLE_CLIENT } from './client-examples.ts';
import { ACTS, type ClientChange, readChanges, readClient, readClients } from './client-store.ts';

export interface ClientRouteDeps {
  readonly pool: pg.Pool;
  readonly agencies: () => AgenciesOn;
  /** Scopes that some operation asks for. */
  readonly scopes: ReadonlySet<string>;
  /** Purposes that the catalogue knows. */
  readonly purposes: () => ReadonlySet<string>;
  /** Makes a change known in this process at once. */
  readonly changed: () => Promise<void>;
}

const tag = 'clients';
const params = z.object({ clientId });
const writes: readonly ErrorCode[] = ['not-found', 'forbidden-agency', 'database-unavailable'];
const example = { params: { clientId: EXAMPLE_CLIENT } };

const withSecret = clientAnswer.extend({
  clientSecret: z.string().meta({ description: 'Shown once: only its hash is kept' }),
});
const changeAnswer = z.object({
  version: z.int(),
  at: z.string(),
  act: z.enum(ACTS),
  author: z.string().meta({ description: 'The client that changed it; cli:… on the command line' }),
  officer: z.string().nullable(),
  reason: z.string(),
  changes: z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() })),
});

const toChange = ({ at, ...rest }: ClientChange): z.input<typeof changeAnswer> => ({ ...rest, at: rfc3339(at) });

type Caller = NonNullable<Call['caller']>;

export function clientRoutes({ pool, agencies, scopes, purposes, changed }: ClientRouteDeps): Route[] {
  /** Whoever has agencies of its own manages only clients that have no others. */
  const covers = (caller: Caller, client: Pick<Client, 'agencies'>): boolean => {
    const own = agencies();
    return client.agencies.every((code) => own.covers(caller.agencies, own.standsFor(code)));
  };
  const found = async (id: string, caller: Caller): Promise<Client> => {
    const client = (await readClient(pool, id)) ?? absent(id);
    return covers(caller, client) ? client : fail('forbidden-agency');
  };
  const editOf = (call: Call & { caller: Caller }, reason: string, version: number | 'any' = 'any'): ClientEdit => ({
    author: call.caller.clientId,
    officer: call.access.officer,
    reason,
    now: call.now,
    scopes,
    purposes: purposes(),
    permit: (client) => {
      if (!covers(call.caller, client)) fail('forbidden-agency');
      if (version !== 'any' && version !== client.version) fail('precondition-failed');
    },
  });
  const done = async (call: Call, { client, secret }: Partial<WithSecret> & { client: Client }, reason: string) => {
    call.audited({ details: { client: client.clientId, version: client.version, reason } });
    call.header('etag', `"${client.version}"`);
    await changed();
    return { ...toClientAnswer(client, call.now), ...(secret === undefined ? {} : { clientSecret: secret }) };
  };

  const decide = (
    verb: 'suspend' | 'resume',
    apply: typeof suspendClient,
    words: Pick<Route, 'summary' | 'description'>,
    reason: string,
  ): Route =>
    defineRoute({
      ...words,
      method: 'POST',
      path: `/v1/clients/:clientId/${verb}`,
      id: `${verb}Client`,
      tag,
      scope: 'clients.manage',
      audit: 'write',
      params,
      body: clientReason,
      response: { 200: clientAnswer },
      errors: writes,
      example: { ...example, body: { reason } },
      handler: async (call) => {
        const { reason } = call.body;
        return done(call, { client: await apply(pool, call.params.clientId, editOf(call, reason)) }, reason);
      },
    });

  return [
    defineRoute({
      method: 'GET',
      path: '/v1/clients',
      id: 'listClients',
      tag,
      summary: { vi: 'Các ứng dụng được gọi cổng', en: 'The clients that may call' },
      scope: 'clients.read',
      query: z.object({ state: z.enum(STATES).optional() }),
      response: { 200: z.object({ items: z.array(clientAnswer) }) },
      errors: [],
      example: { query: { state: 'active' } },
      handler: async ({ query, caller, now }) => {
        const clients = (await readClients(pool)).filter(
          (client) => covers(caller, client) && (query.state === undefined || stateOf(client, now) === query.state),
        );
        return { items: clients.map((client) => toClientAnswer(client, now)) };
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/v1/clients',
      id: 'createClient',
      tag,
      summary: { vi: 'Đăng ký ứng dụng', en: 'Create a client' },
      description: {
        vi: 'Khóa bí mật chỉ hiện một lần trong câu trả lời này. Chỉ cấp được quyền có thật và cơ quan mà chính người cấp có.',
        en: 'The secret is shown once, in this answer. Only scopes that exist can be granted, and agencies that the author has.',
      },
      scope: 'clients.manage',
      audit: 'write',
      body: clientCreate,
      response: { 201: withSecret },
      errors: ['conflict', 'forbidden-agency', 'database-unavailable'],
      example: {
        body: {
          clientId: 'tra-cuu-h15-58',
          name: 'Màn hình tra cứu xã Krông Pắc',
          scopes: ['dossiers.read', 'catalogues.read'],
          agencies: ['H15.58'],
          addresses: ['10.20.58.0/24'],
          validUntil: '2030-12-31T23:59:59+07:00',
          purposes: ['dossier-processing'],
          personalData: ['name'],
          reason: 'Công văn đề nghị của UBND xã',
        },
      },
      handler: async (call) => {
        const { clientId, reason, ...said } = call.body;
        const created = await createClient(
          pool,
          clientId,
          { ...said, ...toFacts(said) } as Client,
          editOf(call, reason),
        );
        return (await done(call, created, reason)) as z.output<typeof withSecret>;
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/clients/:clientId',
      id: 'getClient',
      tag,
      summary: { vi: 'Một ứng dụng', en: 'A client' },
      scope: 'clients.read',
      params,
      response: { 200: clientAnswer },
      errors: ['not-found', 'forbidden-agency'],
      example,
      handler: async (call) => {
        const client = await found(call.params.clientId, call.caller);
        call.header('etag', `"${client.version}"`);
        return toClientAnswer(client, call.now);
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/v1/clients/:clientId',
      id: 'changeClient',
      tag,
      summary: { vi: 'Sửa ứng dụng', en: 'Change a client' },
      description: {
        vi: 'Cần If-Match với ETag đã đọc. Có hiệu lực ở mọi tiến trình trong vài giây, kể cả với mã truy cập đã cấp.',
        en: 'Needs If-Match with the ETag read. In force within seconds in every process, also for tokens given out already.',
      },
      scope: 'clients.manage',
      audit: 'write',
      params,
      headers: ifMatch,
      body: clientPatch,
      response: { 200: clientAnswer },
      errors: [...writes, 'precondition-failed', 'precondition-required'],
      example: {
        ...example,
        headers: { 'if-match': '*' },
        body: { rateLimit: { calls: 1200, seconds: 60 }, reason: 'Mở thêm quầy' },
      },
      handler: async (call) => {
        const { reason, ...said } = call.body;
        const version = versionOf(call.headers['if-match']) ?? fail('precondition-required');
        const edit = editOf(call, reason, version);
        return done(call, { client: await changeClient(pool, call.params.clientId, toFacts(said), edit) }, reason);
      },
    }),
    decide(
      'suspend',
      suspendClient,
      {
        summary: { vi: 'Đình chỉ ứng dụng', en: 'Suspend a client' },
        description: {
          vi: 'Mọi lời gọi bị từ chối trong vài giây, kể cả với mã truy cập đã cấp.',
          en: 'Every call is refused within seconds, also with tokens given out already.',
        },
      },
      'Có dấu hiệu lộ khóa bí mật',
    ),
    decide(
      'resume',
      resumeClient,
      { summary: { vi: 'Mở lại ứng dụng', en: 'Resume a client' } },
      'Đã kiểm tra, không lộ khóa',
    ),
    defineRoute({
      method: 'POST',
      path: '/v1/clients/:clientId/rotate-secret',
      id: 'rotateClientSecret',
      tag,
      summary: { vi: 'Cấp khóa bí mật mới', en: 'Give a client a new secret' },
      description: {
        vi: 'Khóa mới chỉ hiện một lần. Khóa cũ còn dùng được trong overlapHours giờ; 0: khóa đã lộ, mọi mã truy cập đã cấp cũng bị thu hồi.',
        en: 'The new secret is shown once. The former one stays right for overlapHours; 0: it has leaked, and every token given out is revoked too.',
      },
      scope: 'clients.manage',
      audit: 'write',
      params,
      body: clientRotation,
      response: { 200: withSecret },
      errors: writes,
      example: { ...example, body: { reason: 'Thay khóa định kỳ', overlapHours: 24 } },
      handler: async (call) => {
        const { reason, overlapHours } = call.body;
        const rotated = await rotateSecret(pool, call.params.clientId, overlapHours, editOf(call, reason));
        return (await done(call, rotated, reason)) as z.output<typeof withSecret>;
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/v1/clients/:clientId/history',
      id: 'getClientHistory',
      tag,
      summary: { vi: 'Lịch sử thay đổi của ứng dụng', en: 'Who changed a client, when and why' },
      scope: 'clients.read',
      params,
      query: z.object({
        limit: z.coerce.number().int().min(1).max(500).default(50),
        cursor: z
          .string()
          .regex(/^\d{1,9}$/)
          .optional(),
      }),
      response: { 200: z.object({ items: z.array(changeAnswer) }) },
      errors: ['not-found', 'forbidden-agency'],
      example: { ...example, query: { limit: 20 } },
      handler: async (call) => {
        const { limit, cursor } = call.query;
        const { clientId } = await found(call.params.clientId, call.caller);
        const before = cursor === undefined ? null : Number(cursor);
        const changes = await readChanges(pool, clientId, { before, limit });
        if (changes.length === limit) linkNext(call, changes.at(-1)!.version);
        return { items: changes.map(toChange) };
      },
    }),
  ];
}
