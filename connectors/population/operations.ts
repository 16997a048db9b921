/** @module What may be asked of the population database, in the gateway's terms. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  born,
  oldNumber,
  personalId,
  personalIdFault,
  personName,
  procedureCode,
} from '../../src/capabilities/lookup.ts';
import { reading } from '../../src/connector/answer.ts';
import { defineOperation, type OperationContext } from '../../src/connector/operation.ts';
import { CITIZEN_FIELDS, citizen, member, readCitizen, readMember } from './mapping.ts';
import type { Settings } from './settings.ts';
import * as wire from './wire.ts';

type Context = OperationContext<Settings>;

/** What is known of the person who is asked about. */
const person = {
  personalId: personalId.optional(),
  oldNumber: oldNumber.optional(),
  name: personName,
  ...born,
  procedureCode: procedureCode.meta({ description: 'The procedure for which it is asked', example: '1.005129' }),
};

/** One of the two numbers and a birth, and nothing of them that contradicts the other. */
const consistent = (ctx: z.core.ParsePayload<z.output<typeof knownPerson>>): void => {
  const { personalId: id, oldNumber: old, birthDate, birthYear, sex } = ctx.value;
  const year = birthDate ? Number(birthDate.slice(0, 4)) : birthYear;
  const need = (path: string, vi: string, en: string): void => {
    ctx.issues.push({ code: 'custom', params: { vi, en }, path: [path], input: undefined });
  };
  if (!id && !old) need('personalId', 'cần personalId hoặc oldNumber', 'one of personalId and oldNumber is required');
  if (!year) need('birthDate', 'cần birthDate hoặc birthYear', 'one of birthDate and birthYear is required');
  const fault = id ? personalIdFault(id, { sex: sex ?? null, birthYear: year ?? null }) : null;
  if (fault) need('personalId', fault.vi, fault.en);
};
const knownPerson = z.strictObject({ ...person, sex: z.enum(['male', 'female']).optional() });

const an = { name: 'Nguyễn Văn An', personalId: '066090000123', procedureCode: '1.005129' };
const headers = { 'x-purpose': 'dossier-processing', 'x-dossier': 'H15.58-260310-8001', 'x-officer': 'cb-204' };
const outcome = (...outcomes: [string, ...string[]]) => z.enum([...outcomes, 'not-permitted']);
const purposeful = { method: 'POST', capability: 'lookup', effect: 'read', personalData: true, errors: [] } as const;

/** Asks, and reads the answer in our terms while what came is still at hand. */
async function ask<T>(
  context: Context,
  service: keyof typeof wire.SERVICE,
  facts: Partial<wire.Question>,
  read: (answered: wire.Answered) => T,
): Promise<T> {
  const { upstream, credentials, access } = context;
  const operation = wire.SERVICE[service];
  const question: wire.Question = {
    MaYeuCau: randomUUID(),
    MaTichHop: context.settings[`SERVICE_${service.toUpperCase() as Uppercase<typeof service>}`],
    MaDVC: '',
    MaCanBo: access.officer ?? '',
    HoVaTen: '',
    SoDinhDanh: '',
    SoCMND: '',
    NgayThangNam: '',
    Nam: '',
    ...facts,
  };
  const text = await credentials.withToken((token) =>
    upstream.text({
      operation,
      method: 'POST',
      path: wire.PATH,
      headers: { authorization: `Bearer ${token}`, soapaction: `"${operation}"` },
      xml: wire.envelope(question),
    }),
  );
  const origin = { upstream: upstream.name, operation };
  return reading(text, () => read(wire.readAnswer(text, question.MaYeuCau, origin)));
}

const factsOf = (
  known: z.output<typeof knownPerson> | Omit<z.output<typeof knownPerson>, 'sex'>,
): Partial<wire.Question> => ({
  MaDVC: known.procedureCode,
  HoVaTen: known.name,
  SoDinhDanh: known.personalId ?? '',
  SoCMND: known.personalId ? '' : (known.oldNumber ?? ''),
  NgayThangNam: known.birthDate?.replaceAll('-', '') ?? '',
  Nam: known.birthDate ? '' : String(known.birthYear ?? ''),
});

const COMPARED = ['sex', 'oldNumber'] as const;

const verifyCitizen = defineOperation({
  ...purposeful,
  id: 'verifyCitizen',
  path: '/v1/population/citizens/verify',
  summary: { vi: 'Xác minh công dân có tồn tại với các thông tin này', en: 'Does this person exist with these facts' },
  description: {
    vi: '`confirmed`: mọi thông tin khớp. `differs`: có người này nhưng thông tin nêu ở `differences` khác. `not-found`: không có ai khớp số, họ tên và ngày sinh. `not-permitted`: cơ sở dữ liệu không cho phép trả lời.',
    en: '`confirmed`: every fact fits. `differs`: the person exists, and what `differences` names is otherwise. `not-found`: nobody fits number, name and birth. `not-permitted`: the database may not answer.',
  },
  scope: 'lookup.verify-citizen',
  input: knownPerson.check(consistent),
  output: z.object({
    outcome: outcome('confirmed', 'differs', 'not-found'),
    differences: z.array(z.enum(COMPARED)),
    unchecked: z.array(z.enum(COMPARED)).meta({ description: 'What was said and could not be compared' }),
  }),
  subject: ({ personalId: id, oldNumber: old }) => id ?? old ?? null,
  example: { headers, body: { ...an, birthDate: '1990-05-17', sex: 'male' } },
  run: (context: Context, input) =>
    ask(context, 'read', factsOf(input), (answered) => {
      if (answered.outcome !== 'found')
        return {
          outcome: answered.outcome === 'none' ? 'not-found' : answered.outcome,
          differences: [],
          unchecked: [],
        };
      const said = COMPARED.filter((field) => input[field] !== undefined);
      const { citizen: known } = readCitizen(answered.citizens[0], said, COMPARED);
      const differences = said.filter((field) => known[field] && known[field] !== input[field]);
      return {
        outcome: differences.length === 0 ? 'confirmed' : 'differs',
        differences,
        unchecked: said.filter((field) => !known[field]),
      };
    }),
});

const lookUpCitizen = defineOperation({
  ...purposeful,
  id: 'lookUpCitizen',
  path: '/v1/population/citizens/lookup',
  summary: { vi: 'Khai thác thông tin công dân được cấp quyền', en: 'Read of a citizen what is granted' },
  description: {
    vi: 'Yêu cầu liệt kê `fields`; chỉ trả các trường được cấp quyền, trường bị giữ lại nêu ở `withheld`. Trường có giá trị null là không có dữ liệu.',
    en: 'The request lists `fields`; only those that are granted are answered, the others stand in `withheld`. A field that is null has no data.',
  },
  scope: 'lookup.look-up-citizen',
  input: z
    .strictObject({ ...person, fields: z.array(z.enum(CITIZEN_FIELDS)).min(1).max(CITIZEN_FIELDS.length) })
    .check(consistent),
  output: z.object({
    outcome: outcome('found', 'not-found'),
    citizen: citizen.nullable(),
    withheld: z.array(z.enum(CITIZEN_FIELDS)),
  }),
  subject: ({ personalId: id, oldNumber: old }) => id ?? old ?? null,
  example: {
    headers,
    body: { ...an, birthDate: '1990-05-17', fields: ['name', 'sex', 'permanentAddress', 'religion'] },
  },
  run: (context: Context, { fields, ...known }) =>
    ask(context, 'read', factsOf(known), (answered) => {
      if (answered.outcome !== 'found')
        return { outcome: answered.outcome === 'none' ? 'not-found' : answered.outcome, citizen: null, withheld: [] };
      const read = readCitizen(answered.citizens[0], [...new Set(fields)], context.settings.GRANTED_FIELDS);
      return { outcome: 'found', ...read };
    }),
});

const confirmNumber = defineOperation({
  ...purposeful,
  id: 'confirmOldNumber',
  path: '/v1/population/citizens/confirm-number',
  summary: {
    vi: 'Xác nhận số CMND 9 số và số định danh là của một người',
    en: 'Do the nine-digit number and the personal number belong to one person',
  },
  scope: 'lookup.confirm-number',
  input: z.strictObject({
    personalId,
    oldNumber,
    name: personName,
    procedureCode: person.procedureCode,
  }),
  output: z.object({ outcome: outcome('confirmed', 'not-confirmed') }),
  subject: ({ personalId: id }) => id,
  example: { headers, body: { ...an, oldNumber: '249900123' } },
  run: (context: Context, { personalId: id, oldNumber: old, name, procedureCode: procedure }) =>
    ask(context, 'confirm', { MaDVC: procedure, HoVaTen: name, SoDinhDanh: id, SoCMND: old }, ({ outcome }) => ({
      outcome: outcome === 'found' ? 'confirmed' : outcome === 'none' ? 'not-confirmed' : outcome,
    })),
});

const lookUpHousehold = defineOperation({
  ...purposeful,
  id: 'lookUpHousehold',
  path: '/v1/population/households/lookup',
  summary: { vi: 'Tra cứu hộ gia đình của công dân', en: 'The household that a citizen belongs to' },
  scope: 'lookup.look-up-household',
  input: z.strictObject({ personalId, name: personName, procedureCode: person.procedureCode }),
  output: z.object({
    outcome: outcome('found', 'not-found'),
    household: z.object({ number: z.string().nullable(), members: z.array(member) }).nullable(),
  }),
  subject: ({ personalId: id }) => id,
  example: { headers, body: an },
  run: (context: Context, { personalId: id, name, procedureCode: procedure }) =>
    ask(context, 'household', { MaDVC: procedure, HoVaTen: name, SoDinhDanh: id }, (answered) => {
      if (answered.outcome !== 'found')
        return { outcome: answered.outcome === 'none' ? 'not-found' : answered.outcome, household: null };
      const number = answered.citizens[0].SoSoHoKhau;
      return {
        outcome: 'found',
        household: { number: number ? number : null, members: answered.citizens.map(readMember) },
      };
    }),
});

export const operations = [verifyCitizen, lookUpCitizen, confirmNumber, lookUpHousehold];
