/** @module A registry that the benchmark asks: declared like any other connector, loaded from outside by `CONNECTORS`. */
import { z } from 'zod';
import { parseAnswer } from '../../../src/connector/answer.ts';
import { type ConnectorContext, defineConnector } from '../../../src/connector/define.ts';
import { defineOperation, type OperationContext } from '../../../src/connector/operation.ts';

const settings = z.object({ BASE_URL: z.url().meta({ description: 'Address of the registry' }) });
type Settings = z.output<typeof settings>;

export const NAME = 'bench-registry';
export const PATH = '/v1/bench/people/lookup';
export const SCOPE = 'lookup.bench-people';
export const UPSTREAM_PATH = '/people/lookup';

/** What the registry sends. */
export const wire = z.object({
  soDinhDanh: z.string(),
  hoTen: z.string(),
  ngaySinh: z.string(),
  gioiTinh: z.enum(['1', '2']),
  danToc: z.string(),
  thuongTru: z.object({ maTinh: z.string(), maXa: z.string(), chiTiet: z.string() }),
  quanHe: z.array(z.object({ hoTen: z.string(), quanHe: z.string() })),
});

const SEX = { 1: 'male', 2: 'female' } as const;

const lookUpPerson = defineOperation({
  id: 'lookUpBenchPerson',
  capability: 'lookup',
  method: 'POST',
  path: PATH,
  summary: { vi: 'Tra cứu một người', en: 'Look a person up' },
  scope: SCOPE,
  input: z.strictObject({ personalId: z.string().regex(/^\d{12}$/), name: z.string().min(1).max(500) }),
  output: z.object({
    personalId: z.string(),
    name: z.string(),
    birthDate: z.iso.date(),
    sex: z.enum(['male', 'female']),
    ethnicity: z.string(),
    residence: z.object({ province: z.string(), commune: z.string(), detail: z.string() }),
    family: z.array(z.object({ name: z.string(), relation: z.string() })),
  }),
  effect: 'read',
  personalData: true,
  subject: ({ personalId }) => personalId,
  example: { body: { personalId: '066090000123', name: 'Nguyễn Văn An' } },
  errors: [],
  async run({ upstream }: OperationContext<Settings>, { personalId, name }) {
    const operation = 'TraCuu';
    const json = { soDinhDanh: personalId, hoTen: name };
    const answer = await upstream.json({ operation, method: 'POST', path: UPSTREAM_PATH, json });
    const found = parseAnswer(wire, answer, { upstream: NAME, operation });
    const { maTinh, maXa, chiTiet } = found.thuongTru;
    return {
      personalId: found.soDinhDanh,
      name: found.hoTen,
      birthDate: found.ngaySinh,
      sex: SEX[found.gioiTinh],
      ethnicity: found.danToc,
      residence: { province: maTinh, commune: maXa, detail: chiTiet },
      family: found.quanHe.map(({ hoTen, quanHe }) => ({ name: hoTen, relation: quanHe })),
    };
  },
});

export default defineConnector({
  name: NAME,
  title: { vi: 'Cơ sở dữ liệu để đo', en: 'A registry to measure with' },
  capabilities: ['lookup'],
  wire: { version: '1', confidence: 'ours', note: { vi: 'Chỉ để đo', en: 'Only to measure with' } },
  settings,
  baseUrl: ({ BASE_URL }) => BASE_URL,
  timeoutMs: 10_000,
  connections: 64,
  limits: [],
  probe: async ({ upstream }: ConnectorContext<Settings>) =>
    void (await upstream.json({ operation: 'health', method: 'GET', path: '/health' })),
  operations: [lookUpPerson],
});
