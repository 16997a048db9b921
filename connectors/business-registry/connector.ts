/** @module National business registry (CSDLQG về đăng ký doanh nghiệp): an enterprise by its code, and the steps of its dossiers, which it lists. */
import { z } from 'zod';
import type { ChangeListing } from '../../src/capabilities/listing.ts';
import { enterpriseCode } from '../../src/capabilities/lookup.ts';
import { agreedLimit, callsPerDay } from '../../src/connector/agreed-limit.ts';
import { parseAnswer, reading } from '../../src/connector/answer.ts';
import { toCompactTime } from '../../src/connector/compact-time.ts';
import { oauthClientCredentials, oauthToken } from '../../src/connector/credentials.ts';
import { type ConnectorContext, defineConnector } from '../../src/connector/define.ts';
import { defineOperation, fail, type OperationContext } from '../../src/connector/operation.ts';
import { enterprise, readEnterprise, Unmapped } from './mapping.ts';
import { readSteps } from './steps.ts';
import * as wire from './wire.ts';

const seconds = z.coerce.number().int().min(1).max(86_400);

const settings = z.object({
  CALLS_PER_DAY: callsPerDay,
  BASE_URL: z.url().optional().meta({ description: 'Address of the registry’s services, e.g. through the LGSP' }),
  CLIENT_ID: z.string().default('').meta({ description: 'Key of the province at the registry' }),
  CLIENT_SECRET: z.string().default('').meta({ description: 'Secret of that key', secret: true }),
  POLL_SECONDS: seconds.default(15).meta({ description: 'The shortest time between two questions for new steps' }),
  POLL_SECONDS_MAX: seconds.default(300).meta({ description: 'The longest, when nothing has moved for a while' }),
  OVERLAP_SECONDS: seconds.default(120).meta({ description: 'How much later than its time a step may appear' }),
  LOOK_BACK_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(365)
    .default(7)
    .meta({ description: 'How far back the very first question goes' }),
});
type Settings = z.output<typeof settings>;

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** The grant as the registry takes it. */
const grant = ({ settings: account, upstream, now, tokens }: Omit<ConnectorContext<Settings>, 'credentials'>) => ({
  upstream,
  now,
  tokens,
  path: wire.TOKEN_PATH,
  clientId: account.CLIENT_ID,
  clientSecret: account.CLIENT_SECRET,
  basic: true,
});

/** Asks, and reads the answer in our terms while what came is still at hand. */
async function get<S extends z.ZodType, T>(
  { upstream, credentials }: ConnectorContext<Settings>,
  operation: string,
  query: Readonly<Record<string, string | number>>,
  schema: S,
  read: (answer: z.output<S>) => T,
): Promise<T> {
  const answer = await credentials.withToken((token) =>
    upstream.json({
      operation,
      method: 'GET',
      path: `/${operation}`,
      query,
      headers: { authorization: `Bearer ${token}` },
      repeat: 'harmless',
    }),
  );
  return reading(answer, () => read(parseAnswer(schema, answer, { upstream: upstream.name, operation })));
}

const getEnterprise = defineOperation({
  id: 'getEnterprise',
  capability: 'lookup',
  method: 'GET',
  path: '/v1/businesses/:enterpriseCode',
  summary: { vi: 'Tra cứu doanh nghiệp theo mã số', en: 'An enterprise by its code' },
  description: {
    vi: 'Mã số gồm 10 chữ số đúng chữ số kiểm tra; chi nhánh, văn phòng đại diện thêm -001 đến -999 và có bản ghi riêng.',
    en: 'Ten digits with a right check digit; a branch adds -001 to -999 and has a record of its own.',
  },
  scope: 'lookup.get-enterprise',
  effect: 'read',
  personalData: 'answered',
  params: z.object({ enterpriseCode }),
  output: enterprise,
  subject: ({ enterpriseCode: code }) => code,
  cache: { seconds: 300, staleSeconds: 86_400, key: ({ enterpriseCode: code }) => code },
  example: {
    params: { enterpriseCode: '9900003708' },
    headers: { 'x-purpose': 'dossier-processing', 'x-dossier': 'H15.58-260310-8001', 'x-officer': 'cb-204' },
  },
  errors: ['not-found'],
  async run(context: OperationContext<Settings>, { enterpriseCode: code }) {
    const query = { msdn: code };
    const found = await get(context, wire.ENTERPRISE, query, wire.enterpriseAnswer, ({ GetEntCert: [certificate] }) => {
      if (certificate && certificate.MaSoDoanhNghiep !== code)
        throw new Unmapped('MaSoDoanhNghiep', 'is another enterprise’s');
      return certificate ? readEnterprise(certificate) : null;
    });
    return (
      found ??
      fail('not-found', {
        detail: 'The registry has no enterprise of this code',
        detailVi: 'Cơ sở dữ liệu đăng ký doanh nghiệp không có mã số này',
      })
    );
  },
});

function listingOf(context: ConnectorContext<Settings>): ChangeListing {
  const { POLL_SECONDS, POLL_SECONDS_MAX, OVERLAP_SECONDS, LOOK_BACK_DAYS } = context.settings;
  return {
    name: 'business-registry',
    minMs: POLL_SECONDS * SECOND,
    maxMs: Math.max(POLL_SECONDS, POLL_SECONDS_MAX) * SECOND,
    overlapMs: OVERLAP_SECONDS * SECOND,
    lookBackMs: LOOK_BACK_DAYS * DAY,
    async list(since, page) {
      const query = { tuThoiDiem: toCompactTime(since), trang: page, soBanGhi: wire.PAGE };
      return get(context, wire.STEPS, query, wire.stepsAnswer, ({ DanhSach, TongSo }) => ({
        ...readSteps(DanhSach),
        isLast: page * wire.PAGE >= TongSo,
      }));
    },
  };
}

export default defineConnector({
  name: 'business-registry',
  title: { vi: 'CSDL quốc gia về đăng ký doanh nghiệp', en: 'National business registry' },
  capabilities: ['lookup', 'exchange'],
  wire: {
    version: 'cert-1',
    confidence: 'observed',
    note: {
      vi: 'Chứng nhận doanh nghiệp (GetEntCert) theo mã nguồn công khai; danh sách trạng thái hồ sơ là giả định.',
      en: 'The certificate (GetEntCert) is seen in public code; the listing of dossiers is assumed.',
    },
  },
  settings,
  baseUrl: ({ BASE_URL }) => BASE_URL ?? null,
  timeoutMs: 10_000,
  connections: 8,
  limits: [agreedLimit({ vi: 'cơ quan đăng ký kinh doanh', en: 'the business registration authority' })],
  credentials: (context) => oauthClientCredentials(grant(context)),
  probe: async (context) => {
    await oauthToken(grant(context));
  },
  operations: [getEnterprise],
  listing: listingOf,
});
