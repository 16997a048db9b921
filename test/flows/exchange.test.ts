/** @module Dossiers handed to ministries' systems and followed there, until the portal shows what came of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleHanding } from '../../src/exchange/examples.ts';
import { MINUTE } from '../../src/units.ts';
import { type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ CIVIL_STATUS_POLL_MIN_MS: '200', CIVIL_STATUS_POLL_MAX_MS: '400' });
});
afterAll(() => product.stop());

interface Exchange {
  readonly id: string;
  readonly state: string;
  readonly number: string | null;
  readonly statusThere: string | null;
  readonly fault: string | null;
  readonly waitingFor: { readonly reason: string; readonly until: string | null; readonly note: string | null } | null;
  readonly acts: readonly {
    readonly act: string;
    readonly state: string;
    readonly attempts: number;
    readonly words: string | null;
  }[];
}

let keys = 0;
/** Calls with a key of its own. */
async function call(method: string, path: string, body?: object, key = `key-${++keys}`) {
  const response = await fetch(product.url + path, {
    method,
    headers: {
      authorization: `Bearer ${product.token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
      'accept-language': 'en',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: (await response.json()) as Exchange & { readonly code: string } };
}

const register = (code: string, procedureCode: string) =>
  product.igate('PUT', `/v1/dossiers/${code}`, {
    procedureCode,
    agencyCode: 'H15.58',
    channel: 'online',
    submittedAt: '2026-03-10T08:00:00+07:00',
    receivedAt: '2026-03-10T08:30:00+07:00',
    applicant: { kind: 'citizen', name: 'Nguyễn Văn An', personalId: '066090000123' },
  });

const birth = (dossierCode: string) => ({ ...exampleHanding, dossierCode });
const land = (dossierCode: string) => ({
  dossierCode,
  content: { kind: 'land', provinceCode: '66', communeCode: '24490', parcels: [{ mapSheet: '12', number: '345' }] },
  papers: [{ name: 'Đơn đăng ký biến động', originals: 1 }],
});

const shown = async (code: string): Promise<string[]> => {
  const { records } = await product.ask<{ records: { service: string; status: string; effect: boolean }[] }>(
    `/_seen/national-portal?dossier=${code}`,
  );
  return records
    .filter(({ service, effect }) => service === 'CapNhatTienDoHoSoMC' && effect)
    .map(({ status }) => status);
};
/** Waits until the portal shows these statuses, in this order. */
async function untilShown(code: string, ...statuses: string[]): Promise<void> {
  await until(
    `the portal shows ${statuses.join(' ')} of ${code}`,
    async () => (await shown(code)).length >= statuses.length,
  );
  expect(await shown(code)).toEqual(statuses);
}

const exchangeOf = async (id: string): Promise<Exchange> => (await call('GET', `/v1/exchanges/${id}`)).body;

describe('a birth handed to the civil status system', () => {
  it('goes through supplement, result ready and returned at the portal, with the portal’s own codes', async () => {
    const code = 'H15.58-260310-0001';
    await register(code, '1.001193');
    const handed = await call('POST', '/v1/exchanges', birth(code));
    expect(handed).toMatchObject({
      status: 201,
      body: { id: `${code}~civil-status`, provider: 'civil-status', state: 'submitted', number: code },
    });
    const { id } = handed.body;

    // Its times have whole seconds: two steps within one could not be told apart.
    const ago = (minutes: number): string => new Date(Date.now() - minutes * MINUTE).toISOString();
    await product.act('civil-status', { act: 'process', dossier: code, at: ago(2) });
    await untilShown(code, '1', '2', '4');
    const note = 'Thiếu bản sao CCCD của mẹ';
    await product.act('civil-status', { act: 'request-supplement', dossier: code, note, at: ago(1) });
    await untilShown(code, '1', '2', '4', '5');
    expect((await exchangeOf(id)).waitingFor).toMatchObject({
      reason: 'supplement',
      note: 'Thiếu bản sao CCCD của mẹ',
      until: expect.stringMatching(/\+07:00$/),
    });

    const papers = [{ name: 'Bản sao CCCD', copies: 1, file: { name: 'cccd.pdf', data: 'JVBERg==' } }];
    expect(await call('POST', `/v1/exchanges/${id}/supplement`, { papers })).toMatchObject({ status: 200 });
    await untilShown(code, '1', '2', '4', '5', '4');
    expect((await exchangeOf(id)).waitingFor).toBeNull();

    await product.act('civil-status', { act: 'result-ready', dossier: code });
    await untilShown(code, '1', '2', '4', '5', '4', '9');
    const results = await product.igate<{ items: object[] }>('GET', `/v1/exchanges/${id}/results`);
    expect(results.items).toMatchObject([
      { name: 'Giấy khai sinh', number: expect.any(String), file: { mediaType: 'application/pdf' } },
    ]);

    await product.act('civil-status', { act: 'return', dossier: code });
    await untilShown(code, '1', '2', '4', '5', '4', '9', '10');
    expect(
      await until('it is no longer asked about', async () => {
        const exchange = await exchangeOf(id);
        return exchange.state === 'ended' && exchange;
      }),
    ).toMatchObject({ statusThere: 'Đã trả kết quả', fault: null });
  });

  it('that is rejected shows as not accepted, never as its own 6', async () => {
    const code = 'H15.58-260310-0002';
    await register(code, '1.001193');
    await call('POST', '/v1/exchanges', birth(code));
    await product.act('civil-status', { act: 'reject', dossier: code });
    await untilShown(code, '1', '2', '3');
  });

  it('a record that cannot be told holds up no other', async () => {
    const [broken, sound] = ['H15.58-260310-0003', 'H15.58-260310-0004'];
    for (const code of [broken, sound]) {
      await register(code, '1.001193');
      await call('POST', '/v1/exchanges', birth(code));
    }
    await product.act('civil-status', { act: 'break', dossier: broken, note: 'Đang đồng bộ lại' });
    for (const code of [broken, sound]) await product.act('civil-status', { act: 'process', dossier: code });
    await untilShown(sound, '1', '2', '4');
    expect((await exchangeOf(`${broken}~civil-status`)).fault).toBe('Đang đồng bộ lại');
    await product.act('civil-status', { act: 'mend', dossier: broken });
    await untilShown(broken, '1', '2', '4');
  });

  it('a step that came and went between two questions is not lost', async () => {
    const code = 'H15.58-260310-0005';
    await register(code, '1.001193');
    await call('POST', '/v1/exchanges', birth(code));
    await product.set('/_faults/civil-status', { down: true });
    for (const [i, act] of ['process', 'request-supplement', 'process', 'result-ready'].entries()) {
      const at = new Date(Date.now() + i * 1_000).toISOString();
      await product.act('civil-status', { act, dossier: code, at });
    }
    await product.set('/_faults/civil-status', {});
    await untilShown(code, '1', '2', '4', '5', '4', '9');
  });
});

describe('a dossier whose answer was lost', () => {
  it('is unknown, asked about, and sent no second time when it arrived', async () => {
    const code = 'H15.58-260310-0010';
    await register(code, '1.001193');
    await product.set('/_faults/civil-status', { lostAnswerRate: 1, seed: 1 });
    const handed = await call('POST', '/v1/exchanges', birth(code), 'lost-1');
    expect(handed).toMatchObject({ status: 202, body: { state: 'unknown', number: null } });
    expect(await call('POST', '/v1/exchanges', birth(code))).toMatchObject({ status: 409, body: { code: 'conflict' } });
    await product.set('/_faults/civil-status', {});
    const { acts } = await until('it is known', async () => {
      const exchange = await exchangeOf(handed.body.id);
      return exchange.state === 'submitted' && exchange;
    });
    expect(acts).toMatchObject([{ act: 'submit', state: 'done', attempts: 1 }]);
    const { records } = await product.ask<{ records: object[] }>(`/_seen/civil-status?dossier=${code}`);
    expect(records).toHaveLength(1);
  });

  it('is sent again when it did not arrive', async () => {
    const code = 'H15.58-260310-0011';
    await register(code, '1.001193');
    await product.set('/_faults/civil-status', { errorRate: 1, status: 500 });
    const handed = await call('POST', '/v1/exchanges', birth(code));
    expect(handed).toMatchObject({ status: 202, body: { state: 'unknown' } });
    await product.set('/_faults/civil-status', {});
    const { acts } = await until('it is known', async () => {
      const exchange = await exchangeOf(handed.body.id);
      return exchange.state === 'submitted' && exchange;
    });
    expect(acts).toMatchObject([{ act: 'submit', state: 'done', attempts: 2 }]);
  });

  it('was answered as done and not kept: it is looked for, and sent again', async () => {
    const code = 'H15.58-260310-0013';
    await register(code, '1.001193');
    await product.set('/_faults/civil-status', { silentDropRate: 1 });
    expect(await call('POST', '/v1/exchanges', birth(code))).toMatchObject({ status: 201 });
    await product.set('/_faults/civil-status', {});
    const { acts } = await until('it has arrived', async () => {
      const { records } = await product.ask<{ records: object[] }>(`/_seen/civil-status?dossier=${code}`);
      const exchange = await exchangeOf(`${code}~civil-status`);
      return records.length === 1 && exchange.state === 'submitted' && exchange;
    });
    expect(acts).toMatchObject([{ act: 'submit', state: 'done', attempts: 2 }]);
  });

  it('is sent again by itself as long as that takes', async () => {
    const code = 'H15.58-260310-0014';
    await register(code, '1.001193');
    await product.set('/_faults/civil-status', { htmlRate: 1 });
    expect(await call('POST', '/v1/exchanges', birth(code))).toMatchObject({ status: 202 });
    await product.set('/_faults/civil-status', { maintenanceUntil: new Date(Date.now() + 1_500).toISOString() });
    await until('it has been asked about in vain', async () => {
      const { acts } = await exchangeOf(`${code}~civil-status`);
      return acts[0]!.words?.includes('not to be called') || acts[0]!.words?.includes('503');
    });
    await product.set('/_faults/civil-status', {});
    await until('it is known', async () => (await exchangeOf(`${code}~civil-status`)).state === 'submitted');
    expect((await exchangeOf(`${code}~civil-status`)).acts).toMatchObject([{ state: 'done' }]);
  });

  it('was not sent while the system is down, and goes out with the same key once it is back', async () => {
    const code = 'H15.58-260310-0012';
    await register(code, '1.001193');
    await product.set('/_faults/civil-status', { maintenanceUntil: new Date(Date.now() + 1_500).toISOString() });
    const refused = await call('POST', '/v1/exchanges', birth(code), 'maintenance-1');
    expect(refused).toMatchObject({
      status: 503,
      body: { code: 'upstream-maintenance', exchange: `${code}~civil-status` },
    });
    await product.set('/_faults/civil-status', {});
    await until('the same call succeeds', async () => {
      const { status } = await call('POST', '/v1/exchanges', birth(code), 'maintenance-1');
      return status === 201;
    });
    expect((await exchangeOf(`${code}~civil-status`)).acts).toMatchObject([{ act: 'submit', state: 'done' }]);
  });
});

describe('a land dossier handed to the land registry', () => {
  it('is taken in under its number, supplemented, ended, and its result handed over', async () => {
    const code = 'H15.58-260310-0020';
    await register(code, '1.005129');
    const handed = await call('POST', '/v1/exchanges', land(code));
    expect(handed).toMatchObject({
      status: 201,
      body: { provider: 'land-registry', state: 'submitted', number: code },
    });
    const { id } = handed.body;
    await product.act('land-registry', { act: 'pause', dossier: code, reason: 'supplement' });
    await untilShown(code, '1', '2', '5');
    expect((await exchangeOf(id)).waitingFor).toMatchObject({ reason: 'supplement-appraisal' });
    expect(
      await call('POST', `/v1/exchanges/${id}/supplement`, { papers: [{ name: 'Trích lục', copies: 1 }] }),
    ).toMatchObject({ status: 200 });
    await product.act('land-registry', { act: 'resume', dossier: code });
    await product.act('land-registry', { act: 'complete', dossier: code });
    await untilShown(code, '1', '2', '5', '4', '9');
    expect(await product.igate('GET', `/v1/exchanges/${id}/results`)).toMatchObject({
      items: [{ name: 'Giấy chứng nhận quyền sử dụng đất' }],
    });
    expect(await call('POST', `/v1/exchanges/${id}/hand-over`, {})).toMatchObject({ status: 200 });
    expect(await call('POST', `/v1/exchanges/${id}/wrong-result`, { reason: 'Sai tên' })).toMatchObject({
      status: 200,
    });
    const { records } = await product.ask<{ records: { service: string }[] }>(`/_seen/land-registry?dossier=${code}`);
    expect(records.map(({ service }) => service)).toEqual([
      'TiepNhanHoSo',
      'CapNhatTrangThaiBoSungHoSo',
      'CapNhatKetQuaTraHoSo',
      'PhanHoiHoSoSaiKetQua',
    ]);
  });

  it('takes no withdrawal: that is said, and the dossier is followed as before', async () => {
    const code = 'H15.58-260310-0021';
    await register(code, '1.005129');
    const { body } = await call('POST', '/v1/exchanges', land(code));
    expect(await call('POST', `/v1/exchanges/${body.id}/withdraw`, { reason: 'Đổi ý' })).toMatchObject({
      status: 409,
      body: { code: 'act-not-offered', upstream: 'land-registry' },
    });
    expect((await exchangeOf(body.id)).state).toBe('submitted');
  });
});
