/** @module Incidents: numbered, addressed to parties whose clocks run by working days, with what was attached and said. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayOf } from '../../src/deadlines/local-time.ts';
import { EXAMPLE_CODE, exampleCommands } from '../../src/dossiers/examples.ts';
import { lookAtClocks } from '../../src/incidents/clock.ts';
import { mediaTypeOf } from '../../src/incidents/media.ts';
import { findIncident } from '../../src/incidents/store.ts';
import { eraseEvidence } from '../../src/person-data/store.ts';
import { plantReconciliationExamples } from '../../src/reconciliation/examples.ts';
import { type Product, startProduct } from '../support/product.ts';

interface Party {
  readonly party: string;
  readonly state: string;
  readonly sentAt: string | null;
  readonly dueAt: string | null;
  readonly answeredAt: string | null;
}
interface Incident {
  readonly number: string;
  readonly state: string;
  readonly title: string;
  readonly parties: readonly Party[];
  readonly messages: readonly { readonly kind: string; readonly words: string }[];
  readonly attachments: readonly { readonly sha256: string; readonly url: string }[];
}

let product: Product;
beforeAll(async () => {
  product = await startProduct();
  await product.deps.appender.append({ commands: exampleCommands, raw: null });
  await plantReconciliationExamples(product.deps.pool, 'national-portal');
});
afterAll(() => product.stop());

const open = (body: object = {}) =>
  product.igate<Incident>(
    'POST',
    '/v1/incidents',
    { differences: [1], reason: 'Cổng vẫn hiển thị trạng thái cũ', ...body },
    // Headers are bytes: people write UTF-8.
    { 'x-officer': Buffer.from('cb-204 Lê Thị Bình').toString('latin1') },
  );
const read = (number: string) => product.igate<Incident>('GET', `/v1/incidents/${number}`);
const note = (number: string, body: object) =>
  product.igate<{ clock: Party | null }>('POST', `/v1/incidents/${number}/messages`, body);
const call = (path: string, init: RequestInit = {}) =>
  fetch(product.url + path, {
    ...init,
    headers: { authorization: `Bearer ${product.token}`, 'content-type': 'image/png', ...init.headers },
  });
const alertsOf = async (number: string, state: string): Promise<number> => {
  const path = `/v1/alerts?kind=incident-answer-late&state=${state}`;
  const { items } = await product.igate<{ items: { detail: { incident: string } }[] }>('GET', path);
  return items.filter(({ detail }) => detail.incident === number).length;
};

it('is numbered within its year, and addressed to everybody in the province’s address book', async () => {
  const first = await open({ steps: ['Mở hồ sơ trên Cổng', 'Tải lại sau 10 phút'] });
  const second = await open({ parties: ['ministry'] });
  const year = new Date(Date.now() + 7 * 3_600_000).getUTCFullYear();
  expect([first.number, second.number]).toEqual([`SC-${year}-0001`, `SC-${year}-0002`]);
  expect(first).toMatchObject({ state: 'open', title: 'Trạng thái trên Cổng đã cũ' });
  expect(first.parties.map(({ party, state }) => `${party} ${state}`)).toEqual([
    'data-centre not-sent',
    'ministry not-sent',
    'supplier not-sent',
  ]);
  expect(first.messages.map(({ kind, words }) => `${kind}: ${words}`)).toEqual([
    'step: Mở hồ sơ trên Cổng',
    'step: Tải lại sau 10 phút',
  ]);
  expect(second.parties).toHaveLength(1);
  await expect(open({ parties: ['somebody'] })).rejects.toThrow(/422.*parties\[0\]/s);
  await expect(open({ differences: [1, 4711] })).rejects.toThrow(/404/);
});

describe('a party’s clock', () => {
  let number: string;
  beforeAll(async () => {
    ({ number } = await open());
  });
  const clockOf = async (): Promise<Party> => (await read(number)).parties[0]!;

  it('runs for its working days from when it was told, whatever is told again', async () => {
    // Thursday before the National Day's days off of 2026: they and the weekend do not count.
    const told = { kind: 'sent', party: 'data-centre', channel: 'document', words: 'Gửi hồ sơ chứng minh lỗi' };
    await note(number, { ...told, at: '2026-08-27T15:00:00+07:00' });
    const clock = await clockOf();
    expect(clock).toMatchObject({ state: 'late', sentAt: '2026-08-27T15:00:00+07:00' });
    const { calendar } = product.deps.catalogue();
    expect(calendar.workingDaysBetween(dayOf(Date.parse(clock.sentAt!)), dayOf(Date.parse(clock.dueAt!)))).toBe(3);
    expect(clock.dueAt).toMatch(/T17:00:00\+07:00$/);
    await note(number, { ...told, at: '2026-08-28T08:00:00+07:00' });
    expect((await clockOf()).dueAt).toBe(clock.dueAt);
  });

  it('raises an alert once when it has run out, which the answer takes back', async () => {
    const look = () => lookAtClocks({ db: product.deps.pool, now: Date.now });
    await look();
    await look();
    expect(await alertsOf(number, 'open')).toBe(1);
    const { items } = await product.igate<{ items: { number: string }[] }>('GET', '/v1/incidents?late=true');
    expect(items.map((one) => one.number)).toEqual([number]);
    const words = 'Đã tiếp nhận, đang kiểm tra';
    expect((await note(number, { kind: 'answered', party: 'data-centre', words })).clock).toMatchObject({
      state: 'answered',
    });
    await look();
    expect(await alertsOf(number, 'open')).toBe(0);
    expect(await alertsOf(number, 'cleared')).toBe(1);
  });

  it('runs anew when the party is told again after its answer, until the case is closed', async () => {
    const { clock } = await note(number, { kind: 'sent', party: 'data-centre', words: 'Lỗi vẫn còn' });
    expect(clock).toMatchObject({ state: 'waiting', answeredAt: null });
    const closed = await product.igate<Incident>('POST', `/v1/incidents/${number}/close`, { reason: 'Đã khắc phục' });
    expect(closed.state).toBe('closed');
    await expect(note(number, { kind: 'step', words: 'Thêm bước' })).rejects.toThrow(/409/);
  });
});

describe('what is attached', () => {
  // The smallest image there is: one pixel.
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  );

  it('is kept sealed and given back as it came, once for the same file', async () => {
    const { number } = await open();
    const upload = () =>
      call(`/v1/incidents/${number}/attachments?fileName=man-hinh.png`, { method: 'POST', body: new Uint8Array(png) });
    expect((await upload()).status).toBe(201);
    expect((await upload()).status).toBe(201);
    const { attachments } = await read(number);
    expect(attachments).toHaveLength(1);
    const file = await call(attachments[0]!.url);
    expect(file.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await file.arrayBuffer()).equals(png)).toBe(true);
    const { rows } = await product.deps.pool.query<{ content: Buffer }>('select content from incident_attachment');
    expect(rows.some(({ content }) => content.includes(png))).toBe(false);
  });

  it('is an image or a paper by its content, not by what it is called', async () => {
    const { number } = await open();
    const post = (body: Uint8Array<ArrayBuffer>) =>
      call(`/v1/incidents/${number}/attachments`, { method: 'POST', body });
    const page = new Uint8Array(Buffer.from('<html><script>alert(1)</script></html>'));
    const refused = await post(page);
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([
      415,
      'unsupported-media-type',
    ]);
    expect((await post(new Uint8Array(11 * 1024 ** 2))).status).toBe(413);
    expect(
      (await call(`/v1/incidents/${number}/attachments?fileName=%00`, { method: 'POST', body: page })).status,
    ).toBe(400);
    expect(mediaTypeOf(png)).toBe('image/png');
    expect(mediaTypeOf(png.subarray(0, 40))).toBeNull();
    expect(mediaTypeOf(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0xff, 0xd9]))).toBe('image/jpeg');
  });
});

it('is there only for those to whom every dossier of it belongs', async () => {
  const { number } = await open();
  const { rows } = await product.deps.pool.query<{ agencies: string[] }>(
    'select agencies from difference where id = 1',
  );
  expect(await findIncident(product.deps.pool, number, rows[0]!.agencies)).not.toBeNull();
  expect(await findIncident(product.deps.pool, number, ['H15.59'])).toBeNull();
});

it('leaves no words and no images of a dossier whose person is erased', async () => {
  const { number } = await open({ steps: ['Gọi cho chủ hồ sơ'] });
  await eraseEvidence(product.deps.pool, { code: EXAMPLE_CODE });
  expect(await read(number)).toMatchObject({ messages: [], attachments: [] });
  const { rows } = await product.deps.pool.query('select from incident_attachment');
  expect(rows).toEqual([]);
});
