/** @module The documents' examples of exchanges: dossiers of invented persons. `npm start` plants those that an example acts on. */
import { z } from 'zod';
import { content as contents, paper } from '../capabilities/exchange-content.ts';
import type { Appender } from '../dossiers/append.ts';
import type { Command } from '../dossiers/commands.ts';
import { examplePut } from '../dossiers/examples.ts';
import type { Caller } from '../http/auth.ts';
import type { Exchanges } from './exchanges.ts';
import type { handing } from './shapes.ts';

/** Handed over by the example itself. */
const BIRTH_DOSSIER = 'H15.58-260310-8005';
/** Handed to the land registry before: supplemented, handed over, corrected by the examples. */
const LAND_DOSSIER = 'H15.58-260310-8006';
/** Handed to the civil status system before: withdrawn by the example. */
const WITHDRAWN_DOSSIER = 'H15.58-260310-8007';

export const EXAMPLE_EXCHANGE = `${LAND_DOSSIER}~land-registry`;
export const WITHDRAWN_EXAMPLE = `${WITHDRAWN_DOSSIER}~civil-status`;

const papersOf = z.array(paper).default([]);

type Handing = z.input<ReturnType<typeof handing>>;

const birth = (dossierCode: string, name: string): Handing => ({
  dossierCode,
  content: {
    kind: 'birth',
    child: {
      name,
      sex: 'male',
      birthDate: '2026-03-01',
      birthplace: { provinceCode: '66', communeCode: '24490', detail: 'Trung tâm Y tế khu vực Krông Pắc' },
      ethnicity: 'Kinh',
      nationality: 'Việt Nam',
    },
    birthCertificate: { number: 'GCS-2026-000123', issuedOn: '2026-03-02' },
    mother: { name: 'Dương Kim Châu', birthDate: '1990-09-02', personalId: '066190990001' },
    father: { name: 'Nguyễn Văn An', birthDate: '1990-05-17', personalId: '066090000123' },
    asker: { name: 'Nguyễn Văn An', personalId: '066090000123', relation: 'Cha', phone: '0900000000' },
  },
  papers: [
    {
      name: 'Giấy chứng sinh',
      originals: 1,
      file: { name: 'giay-chung-sinh.pdf', data: Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64') },
    },
  ],
});

export const exampleHanding: Handing = birth(BIRTH_DOSSIER, 'Nguyễn Minh Khôi');

export const exampleSupplement = {
  note: 'Bổ sung bản sao Giấy chứng nhận',
  papers: [{ name: 'Giấy chứng nhận quyền sử dụng đất', copies: 1 }],
};

/** Handed over before anybody asks, so that the examples have something to act on; under the ids of acts of their own. */
const plantedHandings: readonly (Handing & { readonly actId: string })[] = [
  {
    actId: '5f7f3a52-6f3e-4d6e-9a57-0d3c1c6a8006',
    provider: 'land-registry',
    dossierCode: LAND_DOSSIER,
    content: {
      kind: 'land',
      provinceCode: '66',
      communeCode: '24490',
      parcels: [{ mapSheet: '12', number: '345', area: 250.5, address: 'Thôn 4, xã Krông Pắc' }],
    },
    papers: [{ name: 'Đơn đăng ký biến động', originals: 1 }],
  },
  { actId: '5f7f3a52-6f3e-4d6e-9a57-0d3c1c6a8007', ...birth(WITHDRAWN_DOSSIER, 'Nguyễn Minh Quân') },
];

const register = (code: string, procedureCode: string, summary: string): Command => ({
  type: 'register',
  source: 'igate',
  code,
  fields: { ...examplePut, procedureCode, summary },
  mode: 'put',
  ifMatch: null,
  reason: null,
  agencies: null,
  author: 'demo',
});

const commands: readonly Command[] = [
  register(BIRTH_DOSSIER, '1.001193', 'Đăng ký khai sinh'),
  register(LAND_DOSSIER, '1.005129', 'Đăng ký biến động đất đai'),
  register(WITHDRAWN_DOSSIER, '1.001193', 'Đăng ký khai sinh'),
];

/** Registers the examples' dossiers and hands over those that an example acts on; a second time changes nothing. */
export async function plantExchangeExamples(
  { appender, exchanges }: { readonly appender: Pick<Appender, 'append'>; readonly exchanges: Exchanges },
  now: number,
): Promise<void> {
  await appender.append({ commands, raw: null });
  const caller: Caller = {
    clientId: 'demo',
    scopes: new Set(),
    agencies: ['H15'],
    roles: [],
    officer: null,
    issuer: 'http://gateway.test',
    issuedAt: 0,
    expiresAt: Number.POSITIVE_INFINITY,
  };
  for (const { actId, provider = null, dossierCode, content, papers } of plantedHandings) {
    const handed = { provider, dossierCode, content: contents.parse(content), papers: papersOf.parse(papers) };
    await exchanges.submit(handed, { caller, now }, actId);
  }
}
