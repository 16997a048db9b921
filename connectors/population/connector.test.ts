import { describe, expect, it } from 'vitest';
import { failureOf, joined, run } from '../../test/support/connector.ts';
import connector from './connector.ts';
import { readCitizen, readMember } from './mapping.ts';
import { operations } from './operations.ts';
import { type Citizen, envelope, type Question } from './wire.ts';

/** A broken contract that is explained so; the words stand beside the message, which comes into log lines. */
const saying = (words: RegExp) =>
  expect.objectContaining({ facts: expect.objectContaining({ words: expect.stringMatching(words) }) });

const AN = {
  name: 'Nguyễn Văn An',
  personalId: '066090000123',
  birthDate: '1990-05-17',
  procedureCode: '1.005129',
};

const RECORD = `<CongDan><SoDinhDanh>066090000123</SoDinhDanh><SoCMND>249900123</SoCMND><HoVaTen><Ho>Nguyễn</Ho><ChuDem>Văn</ChuDem><Ten>An</Ten></HoVaTen><GioiTinh>1</GioiTinh><DanToc>01</DanToc><TinhTrangHonNhan>2</TinhTrangHonNhan><NgayThangNamSinh><Nam>1990</Nam><NgayThangNam>19900517</NgayThangNam></NgayThangNamSinh><ThuongTru><MaTinhThanh>66</MaTinhThanh><MaQuanHuyen/><MaPhuongXa>24490</MaPhuongXa><ChiTiet>Thôn 4</ChiTiet><QuocGia>VN</QuocGia></ThuongTru><Cha/><ChuHo><HoVaTen><Ho>Nguyễn</Ho><ChuDem>Văn</ChuDem><Ten>An</Ten></HoVaTen><SoDinhDanh>066090000123</SoDinhDanh><QuanHe>1</QuanHe></ChuHo><SoSoHoKhau>DLK000001</SoSoHoKhau></CongDan>`;

const numberIn = (xml: string): string => /<MaYeuCau>(.*?)<\/MaYeuCau>/.exec(xml)![1]!;
const reply =
  (code: string, records = '', words = '') =>
  (question: string) =>
    `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><KetQuaTraCuu><MaYeuCau>${numberIn(question)}</MaYeuCau><MaKetQua>${code}</MaKetQua><MoTa>${words}</MoTa><CongdanCollection>${records}</CongdanCollection></KetQuaTraCuu></s:Body></s:Envelope>`;

/** The connector over a database that gives tokens and answers as told; the questions as they came. */
function database(...answers: ((question: string) => string)[]) {
  const { context, at, probe } = joined(connector, { CLIENT_ID: 'khoa', CLIENT_SECRET: 'mat' });
  const questions: string[] = [];
  at.post('/token', { grant_type: 'client_credentials' })
    .basicAuth({ user: 'khoa', pass: 'mat' })
    .reply(200, { access_token: 't1', token_type: 'Bearer', expires_in: 3600 });
  for (const answer of answers) {
    at.post('/tracuu')
      .matchHeader('authorization', 'Bearer t1')
      .reply(200, async (request: Request) => {
        const question = await request.text();
        questions.push(question);
        return answer(question);
      });
  }
  return { context, at, probe, questions, ask: (id: string, input: object) => run(connector, id, context, input) };
}

describe('a question', () => {
  it('says who asks and why, and what is known of the person, under a number of its own', async () => {
    const { ask, questions } = database(reply('1', RECORD), reply('1', RECORD));
    await ask('verifyCitizen', AN);
    await ask('verifyCitizen', { ...AN, birthDate: undefined, birthYear: 1990 });
    expect(questions[0]).toContain(
      '<MaTichHop>037</MaTichHop><MaDVC>1.005129</MaDVC><MaCanBo>cb-204</MaCanBo><HoVaTen>Nguyễn Văn An</HoVaTen><SoDinhDanh>066090000123</SoDinhDanh><SoCMND></SoCMND><NgayThangNam>19900517</NgayThangNam><Nam></Nam>',
    );
    expect(questions[1]).toContain('<NgayThangNam></NgayThangNam><Nam>1990</Nam>');
    expect(numberIn(questions[0]!)).not.toBe(numberIn(questions[1]!));
  });

  it('writes a name as text, whatever stands in it', () => {
    const question = { HoVaTen: 'A & <B> "C"' } as Question;
    expect(envelope(question)).toContain('<HoVaTen>A &amp; &lt;B&gt; &quot;C&quot;</HoVaTen>');
  });

  it('goes out with the name composed and its spaces single, as the database has it', async () => {
    const { ask, questions } = database(reply('0'));
    await ask('verifyCitizen', { ...AN, name: '  Nguyễn   Văn An '.normalize('NFD') });
    expect(questions[0]).toContain('<HoVaTen>Nguyễn Văn An</HoVaTen>');
  });

  it.each([
    ['a number of eleven digits', { personalId: '06609000012' }],
    ['a number of another sex', { sex: 'female' }],
    ['a number of another year of birth', { birthDate: '1991-05-17' }],
    ['no number', { personalId: undefined }],
    ['no birth', { birthDate: undefined }],
    ['a day that is none', { birthDate: '1990-02-30' }],
    ['a control character in the name', { name: 'An\u0007Bình' }],
  ])('with %s is never asked', (_title, wrong) => {
    const { input } = operations.find(({ id }) => id === 'verifyCitizen')!;
    expect(input!.safeParse(AN).success).toBe(true);
    expect(input!.safeParse({ ...AN, ...wrong }).success).toBe(false);
  });
});

describe('has data, has none and may not be told are three answers', () => {
  it.each([
    ['verifyCitizen', { ...AN }, ['confirmed', 'not-found', 'not-permitted']],
    ['lookUpCitizen', { ...AN, fields: ['name'] }, ['found', 'not-found', 'not-permitted']],
    [
      'confirmOldNumber',
      { ...AN, birthDate: undefined, oldNumber: '249900123' },
      ['confirmed', 'not-confirmed', 'not-permitted'],
    ],
    ['lookUpHousehold', { ...AN, birthDate: undefined }, ['found', 'not-found', 'not-permitted']],
  ])('to %s', async (id, input, outcomes) => {
    const { ask } = database(reply('1', RECORD), reply('0'), reply('2'));
    const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
    const answers = [await ask(id, given), await ask(id, given), await ask(id, given)];
    expect(answers.map((answer) => (answer as { outcome: string }).outcome)).toEqual(outcomes);
  });
});

it('a fact that differs is named, never what the database has instead', async () => {
  const { ask } = database(reply('1', RECORD), reply('1', RECORD.replace(/<GioiTinh>.*<\/GioiTinh>/, '')));
  expect(await ask('verifyCitizen', { ...AN, sex: 'male', oldNumber: '249900999' })).toEqual({
    outcome: 'differs',
    differences: ['oldNumber'],
    unchecked: [],
  });
  expect(await ask('verifyCitizen', { ...AN, sex: 'male' })).toEqual({
    outcome: 'confirmed',
    differences: [],
    unchecked: ['sex'],
  });
});

it('a lookup gives the fields that were asked for, granted and sent; the others are withheld', async () => {
  const { ask, context } = database(reply('1', RECORD), reply('1', RECORD));
  const fields = ['permanentAddress', 'religion', 'father', 'birthDate', 'birthDate'];
  expect(await ask('lookUpCitizen', { ...AN, fields })).toEqual({
    outcome: 'found',
    citizen: {
      permanentAddress: {
        provinceCode: '66',
        districtCode: null,
        communeCode: '24490',
        detail: 'Thôn 4',
        countryCode: 'VN',
      },
      father: null,
      birthDate: '1990-05-17',
    },
    withheld: ['religion'],
  });
  Object.assign(context.settings, { GRANTED_FIELDS: ['birthDate'] });
  expect(await ask('lookUpCitizen', { ...AN, fields })).toMatchObject({
    citizen: { birthDate: '1990-05-17' },
    withheld: ['permanentAddress', 'religion', 'father'],
  });
});

it('a household lists its members with their relation to its head', async () => {
  const { ask } = database(reply('1', RECORD));
  expect(await ask('lookUpHousehold', { name: AN.name, personalId: AN.personalId, procedureCode: '1.005129' })).toEqual(
    {
      outcome: 'found',
      household: {
        number: 'DLK000001',
        members: [
          {
            personalId: '066090000123',
            name: 'Nguyễn Văn An',
            sex: 'male',
            birthDate: '1990-05-17',
            birthYear: 1990,
            relation: 'head',
          },
        ],
      },
    },
  );
});

describe('an answer that is not what was agreed', () => {
  const body = reply('1', RECORD);
  it.each([
    ['a page', () => '<!DOCTYPE html><html><body>Trang thông báo</body></html>', undefined],
    ['nothing', () => '', undefined],
    ['what is cut off', (question: string) => body(question).slice(0, 400), undefined],
    ['what goes on after its end', (question: string) => `${body(question)},,`, undefined],
    ['JSON', () => '{"CongDan":{}}', undefined],
    ['another envelope', () => '<a><b>1</b></a>', '$.Envelope'],
    ['data without any', reply('1'), '$.Envelope.Body.KetQuaTraCuu.CongdanCollection'],
    ['a result code of no table', reply('7'), '$.Envelope.Body.KetQuaTraCuu.MaKetQua'],
    [
      'another question’s answer',
      (question: string) => body(question).replace(numberIn(question), 'khác'),
      '$.Envelope.Body.KetQuaTraCuu.MaYeuCau',
    ],
    [
      'a sex of no table',
      reply('1', RECORD.replace('<GioiTinh>1<', '<GioiTinh>9<')),
      '$.Envelope.Body.KetQuaTraCuu.CongdanCollection.CongDan[0].GioiTinh',
    ],
    [
      'an address without its commune',
      reply('1', RECORD.replace('<MaPhuongXa>24490</MaPhuongXa>', '')),
      '$.Envelope.Body.KetQuaTraCuu.CongdanCollection.CongDan[0].ThuongTru',
    ],
    [
      'a day of birth in another order',
      reply('1', RECORD.replace('19900517', '17051990')),
      '$.Envelope.Body.KetQuaTraCuu.CongdanCollection.CongDan[0].NgayThangNamSinh.NgayThangNam',
    ],
  ])('%s is a broken contract that names the place', async (_title, answer, path) => {
    const { ask } = database(answer);
    const failure = await failureOf(ask('lookUpCitizen', { ...AN, fields: ['sex', 'permanentAddress', 'birthDate'] }));
    expect(failure).toMatchObject({ kind: 'contract' });
    // What came is at hand for whoever finds out what has changed.
    expect(failure.answer).not.toBeNull();
    if (path) expect(failure.facts.path).toContain(path);
  });

  it('a question that the database finds wrong is refused in its words', async () => {
    const { ask } = database(reply('4', '', 'Thiếu MaDVC'));
    expect(await failureOf(ask('verifyCitizen', AN))).toMatchObject({
      kind: 'rejected',
      facts: { words: '4: Thiếu MaDVC' },
    });
  });
});

describe('XML that attacks its reader', () => {
  const laughs = `<!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from({ length: 9 }, (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i || ''};`.repeat(10)}">`).join('')}]><s:Envelope><s:Body>&lol9;</s:Body></s:Envelope>`;
  const file = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><s:Envelope><s:Body>&x;</s:Body></s:Envelope>';
  const parameter = '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/evil.dtd"><s:Envelope/>';
  it.each([
    ['by a billion laughs', laughs],
    ['by a file', file],
    ['by a DTD from elsewhere', parameter],
    ['by a prototype', '<Envelope><__proto__><a>1</a></__proto__></Envelope>'],
    ['by depth', `${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}`],
  ])('%s is refused, and nothing is fetched', async (_title, xml) => {
    const { ask } = database(() => xml);
    expect(await failureOf(ask('verifyCitizen', AN))).toMatchObject({ kind: 'contract' });
  });

  it('an entity that nobody declared stays what it is', async () => {
    const { ask } = database(reply('1', RECORD.replace('Thôn 4', 'Th&#244;n 4 &amp; &xxe;')));
    expect(await ask('lookUpCitizen', { ...AN, fields: ['permanentAddress'] })).toMatchObject({
      citizen: { permanentAddress: { detail: 'Thôn 4 & &xxe;' } },
    });
  });
});

it('an expired token is replaced once, and the question asked again', async () => {
  const { context, at } = joined(connector);
  at.post('/token').reply(200, { access_token: 'old', expires_in: 3600 });
  at.post('/tracuu').matchHeader('authorization', 'Bearer old').reply(401, { error: 'invalid_token' });
  at.post('/token').reply(200, { access_token: 'new', expires_in: 3600 });
  at.post('/tracuu')
    .matchHeader('authorization', 'Bearer new')
    .reply(200, async (request: Request) => reply('0')(await request.text()));
  expect(await run(connector, 'verifyCitizen', context, AN)).toMatchObject({ outcome: 'not-found' });
});

it('its health call is a log-in, which asks for nobody', async () => {
  const { probe } = database();
  await expect(probe()).resolves.toBeUndefined();
});

describe('the record', () => {
  const read = (record: Partial<Citizen>, field: Parameters<typeof readCitizen>[1][number]) =>
    readCitizen(record as Citizen, [field], [field]).citizen[field];

  it('names two words without a middle, and nobody by empty parts', () => {
    expect(read({ HoVaTen: { Ho: 'H’Bình', ChuDem: '', Ten: 'Niê' } }, 'name')).toBe('H’Bình Niê');
    expect(read({ HoVaTen: { Ho: '', ChuDem: '', Ten: '' } }, 'name')).toBeNull();
    expect(read({ Cha: { HoVaTen: null } }, 'father')).toBeNull();
  });

  it('knows a year where the day of birth was never written down', () => {
    const born = { NgayThangNamSinh: { Nam: '1948', NgayThangNam: '' } };
    expect([read(born, 'birthDate'), read(born, 'birthYear')]).toEqual([null, 1948]);
  });

  it('tells an empty value from one that is withheld', () => {
    expect(readCitizen({ TonGiao: '' } as Citizen, ['religion', 'ethnicity'], ['religion', 'ethnicity'])).toEqual({
      citizen: { religion: null },
      withheld: ['ethnicity'],
    });
  });

  it('names ethnic groups and religions by the national tables', () => {
    expect(read({ DanToc: '12' }, 'ethnicity')).toEqual({ code: '12', name: 'Ê-đê' });
    expect(read({ TonGiao: '08' }, 'religion')).toEqual({ code: '08', name: 'Tin lành' });
    expect(() => read({ DanToc: '1' }, 'ethnicity')).toThrow(saying(/no table/));
    expect(() => read({ DanToc: 'constructor' }, 'ethnicity')).toThrow(saying(/no table/));
  });

  it('of a member of a household is whole, or a broken contract', () => {
    expect(() => readMember({ SoDinhDanh: '066090000123' } as Citizen)).toThrow(saying(/missing/));
  });
});
