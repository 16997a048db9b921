/** @module National population database (CSDLQG về dân cư): verify a citizen, read what is granted, confirm an old number, see a household. */

import { agreedLimit } from '../../src/connector/agreed-limit.ts';
import { oauthClientCredentials, oauthToken } from '../../src/connector/credentials.ts';
import { type ConnectorContext, defineConnector } from '../../src/connector/define.ts';
import { operations } from './operations.ts';
import { type Settings, settings } from './settings.ts';
import { TOKEN_PATH } from './wire.ts';

/** The grant as the exchange axis takes it. */
const grant = ({ settings: account, upstream, now, tokens }: Omit<ConnectorContext<Settings>, 'credentials'>) => ({
  upstream,
  now,
  tokens,
  path: TOKEN_PATH,
  clientId: account.CLIENT_ID,
  clientSecret: account.CLIENT_SECRET,
  basic: true,
});

export default defineConnector({
  name: 'population',
  title: { vi: 'Cơ sở dữ liệu quốc gia về dân cư', en: 'National population database' },
  capabilities: ['lookup'],
  wire: {
    version: 'soap-1',
    confidence: 'observed',
    note: {
      vi: 'Trường của câu hỏi và của CongDan theo mã nguồn công khai; phần bao quanh và mã kết quả là giả định.',
      en: 'The fields of a question and of CongDan are seen in public code; the elements around them and the result codes are assumed.',
    },
  },
  settings,
  baseUrl: ({ BASE_URL }) => BASE_URL ?? null,
  timeoutMs: 10_000,
  connections: 16,
  limits: [agreedLimit({ vi: 'cơ quan quản lý CSDL quốc gia về dân cư', en: 'the owner of the population database' })],
  credentials: (context) => oauthClientCredentials(grant(context)),
  // A log-in asks nothing of anybody's data.
  probe: async (context) => {
    await oauthToken(grant(context));
  },
  operations,
});
