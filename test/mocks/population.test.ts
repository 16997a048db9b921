/** @module The population simulator: strict about who asks and why; what it has, has not and may not tell are three answers. */
import { describe, expect, test } from 'vitest';
import { type Running, startSimulators } from './support.ts';

const AN = { HoVaTen: 'Nguyễn Văn An', SoDinhDanh: '066090000123', NgayThangNam: '19900517' };
const ASKER = { MaYeuCau: 'yc-1', MaTichHop: '037', MaDVC: '1.005129', MaCanBo: 'cb-204' };

const soap = (facts: Record<string, string>): string =>
  `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><YeuCau>${Object.entries(facts)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')}</YeuCau></e:Body></e:Envelope>`;

async function logIn(at: Pick<Running, 'url'>, secret = 'h15'): Promise<Response> {
  return fetch(`${at.url}/population/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`h15:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
}

async function population() {
  const simulators = await startSimulators();
  const { access_token: token } = (await (await logIn(simulators)).json()) as { access_token: string };
  let asked = 0;
  const ask = async (facts: Record<string, string>): Promise<string> => {
    const body = soap({ ...ASKER, MaYeuCau: `yc-${++asked}`, ...facts });
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/xml' };
    return (await fetch(`${simulators.url}/population/tracuu`, { method: 'POST', headers, body })).text();
  };
  return { simulators, ask };
}

const outcome = (xml: string): string | undefined => /<MaKetQua>(.*?)<\/MaKetQua>/.exec(xml)?.[1];

describe('the read service', () => {
  test('tells what it has, when every fact fits, whatever the spelling of the name', async () => {
    const { ask } = await population();
    for (const HoVaTen of ['Nguyễn Văn An', 'NGUYỄN  VĂN AN', 'Nguyễn Văn An'.normalize('NFD')]) {
      const answer = await ask({ ...AN, HoVaTen });
      expect(outcome(answer)).toBe('1');
      expect(answer).toContain('<HoVaTen><Ho>Nguyễn</Ho><ChuDem>Văn</ChuDem><Ten>An</Ten></HoVaTen>');
      expect(answer).toContain('<NgayThangNam>19900517</NgayThangNam>');
    }
  });

  test.each([
    ['another name', { HoVaTen: 'Nguyễn Văn Anh' }],
    ['another day of birth', { NgayThangNam: '19900518' }],
    ['a number of nobody', { SoDinhDanh: '066090000124' }],
  ])('has none for %s', async (_title, facts) => {
    const { ask } = await population();
    const answer = await ask({ ...AN, ...facts });
    expect(outcome(answer)).toBe('0');
    expect(answer).toContain('<CongdanCollection/>');
  });

  test('leaves out what is not granted, and shows empty what is granted and unknown', async () => {
    const { simulators, ask } = await population();
    expect(await ask(AN)).not.toContain('TonGiao');
    expect(await ask(AN)).toContain('<NguoiDaiDien/>');
    await simulators.send('PUT', '/_settings/population', { granted: ['SoDinhDanh', 'TonGiao'] });
    const answer = await ask(AN);
    expect(answer).toContain('<TonGiao>00</TonGiao>');
    expect(answer).not.toContain('HoVaTen');
  });

  test('does not permit a service that is not granted, nor a protected person', async () => {
    const { simulators, ask } = await population();
    await simulators.send('POST', '/_act/population', { act: 'protect', person: AN.SoDinhDanh });
    expect(outcome(await ask(AN))).toBe('2');
    await simulators.send('POST', '/_act/population', { act: 'unprotect', person: AN.SoDinhDanh });
    expect(outcome(await ask(AN))).toBe('1');
    await simulators.send('PUT', '/_settings/population', { permitted: ['033'] });
    expect(outcome(await ask(AN))).toBe('2');
    expect(outcome(await ask({ ...AN, MaTichHop: '033', SoCMND: '249900123' }))).toBe('1');
  });

  test('wants to know who asks and why, under a number that is new for each question', async () => {
    const { ask } = await population();
    for (const name of ['MaYeuCau', 'MaDVC', 'MaCanBo']) expect(outcome(await ask({ ...AN, [name]: '' }))).toBe('4');
    await ask({ ...AN, MaYeuCau: 'same' });
    expect(outcome(await ask({ ...AN, MaYeuCau: 'same' })), 'the same question again').toBe('1');
    expect(outcome(await ask({ ...AN, MaYeuCau: 'same', MaCanBo: 'cb-9' }))).toBe('3');
  });
});

test('the old number is confirmed only with the new one it belongs to', async () => {
  const { ask } = await population();
  const confirm = { MaTichHop: '033', HoVaTen: AN.HoVaTen, SoDinhDanh: AN.SoDinhDanh };
  expect(outcome(await ask({ ...confirm, SoCMND: '249900123' }))).toBe('1');
  expect(outcome(await ask({ ...confirm, SoCMND: '249900124' }))).toBe('0');
});

test('a household is told with each member’s relation to its head', async () => {
  const { ask } = await population();
  const answer = await ask({ MaTichHop: '034', HoVaTen: AN.HoVaTen, SoDinhDanh: AN.SoDinhDanh });
  const relations = [...answer.matchAll(/<QuanHe>(\d)<\/QuanHe>/g)].map(([, relation]) => relation);
  expect(relations).toEqual(['1', '2', '3', '3']);
});

test('a person who has moved lives elsewhere, but for who reads a stale copy', async () => {
  const { simulators, ask } = await population();
  await simulators.send('POST', '/_act/population', { act: 'move', person: AN.SoDinhDanh, commune: '24343' });
  expect(await ask(AN)).toContain('<MaPhuongXa>24343</MaPhuongXa>');
  await simulators.send('PUT', '/_faults/population', { staleReadMs: 8_000 });
  expect(await ask(AN)).not.toContain('<MaPhuongXa>24343</MaPhuongXa>');
});

test('no token, a wrong secret and what is no envelope are refused', async () => {
  const { simulators, ask } = await population();
  expect((await logIn(simulators, 'wrong')).status).toBe(401);
  const bare = await fetch(`${simulators.url}/population/tracuu`, { method: 'POST', body: soap({ ...ASKER, ...AN }) });
  expect(bare.status).toBe(401);
  await simulators.send('PUT', '/_faults/population', { expireTokens: true });
  expect(await ask(AN)).toContain('invalid_token');
});
