/** @module A small connector that keeps every rule, for tests that break one of them at a time; it calls the simulated post. */
import { z } from 'zod';
import { agreedLimit, callsPerDay } from '../../../src/connector/agreed-limit.ts';
import { parseAnswer } from '../../../src/connector/answer.ts';
import { session } from '../../../src/connector/credentials.ts';
import {
  type Connector,
  type ConnectorContext,
  type ConnectorDeclaration,
  defineConnector,
} from '../../../src/connector/define.ts';
import { defineOperation, fail, type OperationContext } from '../../../src/connector/operation.ts';
import { UpstreamError } from '../../../src/connector/upstream-error.ts';

const settings = z.object({ CALLS_PER_DAY: callsPerDay, BASE_URL: z.url().meta({ description: 'Where it lives' }) });
type Settings = z.output<typeof settings>;

const reply = z.object({ Status: z.string(), Message: z.string(), Data: z.unknown() });
const tokenData = z.object({ Token: z.string().min(1), ExpiresIn: z.coerce.number().positive() });
const officeData = z.object({ PostCode: z.string().regex(/^\d{6}$/), PostName: z.string().min(1) });
const orderData = z.object({ ItemCode: z.string().regex(/^[A-Z]{2}\d{9}VN$/) });

/** Calls a service; what the post refuses is told by the kind of its status. */
export async function call<S extends z.ZodType>(
  context: Pick<ConnectorContext<Settings>, 'upstream'>,
  service: string,
  json: object,
  data: S,
  token?: string,
): Promise<z.output<S>> {
  const { upstream } = context;
  const origin = { upstream: upstream.name, operation: service };
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await upstream.json({ operation: service, method: 'POST', path: `/api/${service}`, headers, json });
  const { Status: status, Data } = parseAnswer(reply, answer, origin);
  if (status === '100') return parseAnswer(data, Data, origin);
  if (status === '101') throw new UpstreamError('auth', { ...origin, outcome: 'not-done' });
  if (status === '104') fail('not-found', { detail: 'Not found', detailVi: 'Không tìm thấy' });
  if (status === '102') throw new UpstreamError('rejected', { ...origin, outcome: 'not-done' });
  throw new UpstreamError('contract', { ...origin, outcome: 'unknown', path: '$.Status' });
}

const login = async (context: Pick<ConnectorContext<Settings>, 'upstream'>) => {
  const data = await call(context, 'token', { CustomerKey: 'h15', CustomerSecret: 'h15' }, tokenData);
  return { token: data.Token, livesMs: data.ExpiresIn * 1000 };
};

const PARTY = { Name: 'Nguyễn Văn An', Phone: '0900000000', Address: 'Số 1', CommuneCode: '24133' };
const party = (who: string) => Object.fromEntries(Object.entries(PARTY).map(([key, value]) => [who + key, value]));

export type Order = (context: OperationContext<Settings>, number: string) => Promise<{ item: string }>;

export const order: Order = ({ credentials, upstream }, number) =>
  credentials.withToken(async (token) => {
    const asked = {
      OrderNumber: number,
      FlagConfig: '2',
      Weight: '100',
      CODAmount: '0',
      ...party('Sender'),
      ...party('Receiver'),
    };
    const { ItemCode } = await call({ upstream }, 'order', asked, orderData, token);
    return { item: ItemCode };
  });

export type Office = (
  context: OperationContext<Settings>,
  input: { commune: string; phone: string },
) => Promise<{ code: string }>;

export const office: Office = ({ credentials, upstream }, { commune }) =>
  credentials.withToken(async (token) => {
    const { PostCode } = await call({ upstream }, 'postoffice', { CommuneCode: commune }, officeData, token);
    return { code: PostCode };
  });

interface Parts {
  readonly office?: Office;
  readonly order?: (context: OperationContext<Settings>) => Promise<{ item: string }>;
  readonly more?: Partial<ConnectorDeclaration<typeof settings>>;
}

/** The connector with the parts that a test puts in place of the right ones. */
export function postal({ office: readOffice = office, order: placeOrder, more }: Parts = {}): Connector {
  return defineConnector({
    name: 'vnpost',
    title: { vi: 'Bưu điện', en: 'The post' },
    capabilities: ['lookup'],
    wire: { version: '1', confidence: 'observed', note: { vi: 'Thử', en: 'A trial' } },
    settings,
    baseUrl: ({ BASE_URL }) => BASE_URL,
    timeoutMs: 1_000,
    connections: 16,
    limits: [agreedLimit({ vi: 'bưu điện', en: 'the post' })],
    credentials: (context) => session({ now: context.now, login: () => login(context) }),
    probe: async (context) => void (await login(context)),
    operations: [
      defineOperation({
        id: 'findPostOffice',
        capability: 'lookup',
        method: 'POST',
        path: '/v1/post-offices/lookup',
        summary: { vi: 'Tìm bưu cục', en: 'Find a post office' },
        scope: 'lookup.find-post-office',
        input: z.strictObject({ commune: z.string(), phone: z.string() }),
        output: z.object({ code: z.string().regex(/^\d{6}$/) }),
        effect: 'read',
        personalData: true,
        example: { body: { commune: '24133', phone: '0912345678' } },
        errors: ['not-found'],
        run: readOffice,
      }),
      defineOperation({
        id: 'placeOrder',
        capability: 'lookup',
        method: 'POST',
        path: '/v1/post-offices/orders',
        summary: { vi: 'Đặt thu gom', en: 'Order a collection' },
        scope: 'lookup.place-order',
        input: z.strictObject({}),
        output: z.object({ item: z.string().regex(/^[A-Z]{2}\d{9}VN$/) }),
        effect: 'write',
        personalData: false,
        example: { body: {} },
        errors: [],
        run: placeOrder ?? ((context: OperationContext<Settings>) => order(context, context.act.id)),
      }),
    ],
    ...more,
  });
}
