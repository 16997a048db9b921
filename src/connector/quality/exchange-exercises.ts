/** @module What an exchange provider is put to the test with: dossiers of invented persons, handed over, followed, and asked about. */

import type { ActDetails, ExchangeAct, Exchanged, ExchangeProvider, Submission } from '../../capabilities/exchange.ts';
import { type Content, type ContentKind, content, paper } from '../../capabilities/exchange-content.ts';
import type { Connector } from '../define.ts';
import type { OperationContext } from '../operation.ts';
import type { Exercise } from './exercises.ts';

type Context = OperationContext<Readonly<Record<string, unknown>>>;

const AT = Date.parse('2026-03-10T08:30:00+07:00');
const AN = { name: 'Nguyễn Văn An', birthDate: '1990-05-17', personalId: '066090000123' };
const CHAU = { name: 'Dương Kim Châu', birthDate: '1990-09-02', personalId: '066190990001' };
const PLACE = { provinceCode: '66', communeCode: '24490', detail: 'Thôn 4' };
const asker = { ...AN, relation: 'Con', residence: PLACE };

/** One matter of each kind, with the procedure that it goes by. */
const SAMPLES: Readonly<
  Record<ContentKind, { readonly procedure: readonly [string, string]; readonly content: object }>
> = {
  land: {
    procedure: ['1.005129', 'Đăng ký biến động đất đai'],
    content: {
      kind: 'land',
      provinceCode: '66',
      communeCode: '24490',
      parcels: [{ mapSheet: '12', number: '345', area: 250.5 }],
    },
  },
  birth: {
    procedure: ['1.001193', 'Đăng ký khai sinh'],
    content: {
      kind: 'birth',
      child: {
        name: 'Nguyễn Minh Khôi',
        sex: 'male',
        birthDate: '2026-03-01',
        birthplace: PLACE,
        ethnicity: 'Kinh',
        nationality: 'Việt Nam',
      },
      birthCertificate: { number: 'GCS-2026-000123', issuedOn: '2026-03-02' },
      mother: { ...CHAU, residence: PLACE },
      father: { ...AN, residence: PLACE },
      asker,
    },
  },
  death: {
    procedure: ['1.000656', 'Đăng ký khai tử'],
    content: {
      kind: 'death',
      deceased: { ...CHAU, sex: 'female', residence: PLACE },
      diedOn: '2026-03-01',
      place: PLACE,
      notice: { number: 'GBT-2026-000123', issuedOn: '2026-03-02' },
      asker,
    },
  },
  marriage: {
    procedure: ['1.000894', 'Đăng ký kết hôn'],
    content: { kind: 'marriage', husband: { ...AN, residence: PLACE }, wife: { ...CHAU, residence: PLACE } },
  },
};

const PAPERS = [
  paper.parse({
    name: 'Bản sao Giấy chứng nhận',
    copies: 1,
    file: { name: 'ban-sao.pdf', data: Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64') },
  }),
];
const DETAILS: ActDetails = {
  submit: { at: AT },
  supplement: { note: 'Bổ sung', papers: PAPERS, newAppointmentAt: null, at: AT },
  withdraw: { reason: 'Người dân xin rút', at: AT },
  'hand-over': { at: AT },
  'wrong-result': { reason: 'Sai họ tên', papers: [], at: AT },
};

export function exchangeExercises(connector: Connector, context: Context): Exercise[] {
  const provider = connector.exchange?.(context);
  if (!provider) return [];
  const [first] = provider.takes;
  const acts = Object.keys(provider.acts) as Exclude<ExchangeAct, 'submit'>[];
  return [
    ...provider.takes.map((kind) => submitting(connector, kind)),
    ...(first ? acts.map((act) => acting(connector, first, act)) : []),
    ...(first && provider.track ? [tracking(connector, first)] : []),
  ];
}

const providerOf = (connector: Connector, context: Context): ExchangeProvider => connector.exchange!(context);

/** A dossier of its own for each act, the same for its repeat. */
function submissionOf(kind: ContentKind, { act }: Context): Submission {
  const { procedure, content: sample } = SAMPLES[kind];
  const number = String(Number.parseInt(act.id.slice(0, 8), 16) % 10_000).padStart(4, '0');
  return {
    dossier: {
      code: `H15.58-260310-${number}`,
      procedureCode: procedure[0],
      procedureName: procedure[1],
      fields: {
        procedureCode: procedure[0],
        agencyCode: 'H15.58',
        channel: 'online',
        receivedAt: '2026-03-10T08:30:00+07:00',
        applicant: { kind: 'citizen', ...AN, phone: '0900000000' },
      },
      receivedAt: AT,
      appointmentAt: null,
    },
    content: content.parse(sample) as Content,
    papers: [],
  };
}

const submitting = (connector: Connector, kind: ContentKind): Exercise => ({
  name: `exchange.submit ${kind}`,
  effect: 'write',
  personal: [AN.personalId],
  async perform(context) {
    const provider = providerOf(connector, context);
    const submission = submissionOf(kind, context);
    return askedFirst(provider, 'submit', { number: null, submission }, context, () => provider.submit(submission));
  },
});

const acting = (connector: Connector, kind: ContentKind, act: Exclude<ExchangeAct, 'submit'>): Exercise => ({
  name: `exchange.${act}`,
  effect: 'write',
  personal: [AN.personalId],
  before: async (context) => void (await providerOf(connector, context).submit(submissionOf(kind, context))),
  async perform(context) {
    const provider = providerOf(connector, context);
    const submission = submissionOf(kind, context);
    const item: Exchanged = { number: submission.dossier.code, submission };
    const done = provider.acts[act] as (item: Exchanged, details: ActDetails[typeof act]) => Promise<void>;
    return askedFirst(provider, act, item, context, () => done(item, DETAILS[act]));
  },
});

const tracking = (connector: Connector, kind: ContentKind): Exercise => ({
  name: 'exchange.track',
  effect: 'read',
  personal: [AN.personalId],
  before: async (context) => void (await providerOf(connector, context).submit(submissionOf(kind, context))),
  async perform(context) {
    const { code } = submissionOf(kind, context).dossier;
    const [told] = await providerOf(connector, context).track!.read([{ number: code, kind }]);
    return told;
  },
});

/** As the gateway does: what may have been begun is asked about before it is done again. */
async function askedFirst<A extends ExchangeAct, T>(
  provider: ExchangeProvider,
  act: A,
  item: Exchanged,
  { act: { isRepeat } }: Context,
  work: () => Promise<T>,
): Promise<T | string> {
  if (!isRepeat) return work();
  const found = await provider.wasDone(act, item, DETAILS[act]);
  return found.state === 'done' ? found.number : work();
}
