/** @module Papers are made beside the event loop: what else is asked is answered meanwhile, and no paper takes anybody along. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Block, Paper } from '../../src/papers/paper.ts';
import { Press } from '../../src/papers/press.ts';

const paperOf = (blocks: readonly Block[]): Paper => ({
  sender: { name: 'Sở Khoa học và Công nghệ tỉnh Sông Thương', place: 'Sông Thương' },
  number: 'SC-2026-0001',
  madeAt: Date.parse('2026-03-16T09:00:00+07:00'),
  title: 'BÁO CÁO',
  about: 'Kết quả đối soát',
  addressees: ['Trung tâm dữ liệu'],
  blocks,
  recipients: ['Lưu: VT'],
});
const row = (n: number): string[] => [String(n), `H15.50-260310-${n}`, 'Mất tạm dừng chờ thuế', 'Bên nhận: đang xử lý'];
const SHORT = paperOf([{ kind: 'text', text: 'Không có sai lệch.' }]);
const LONG = paperOf([
  {
    kind: 'table',
    head: ['TT', 'Mã hồ sơ', 'Sai lệch', 'Chi tiết'],
    rows: Array.from({ length: 250 }, (_, n) => row(n)),
  },
]);

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((_request, response) => response.end('here'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

it.each(['pdf', 'docx'] as const)('calls are answered while a long %s is being made', async (file) => {
  let isMade = false;
  const made = new Press().print({ paper: LONG, file }).finally(() => {
    isMade = true;
  });
  let answered = 0;
  while (!isMade) {
    await (await fetch(url)).text();
    answered++;
  }
  expect((await made).length).toBeGreaterThan(10_000);
  expect(answered).toBeGreaterThan(20);
});

it('says what the paper says', async () => {
  const pdf = await new Press().print({ paper: SHORT, file: 'pdf' });
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)), { mergePages: true });
  expect(text).toContain('Không có sai lệch.');
});

it('tells why a paper cannot be made, and makes the next', async () => {
  const press = new Press();
  const image = { kind: 'image', content: Buffer.from('none'), mediaType: 'image/png', caption: 'hinh' } as const;
  for (const file of ['pdf', 'docx'] as const) {
    const failure = press.print({ paper: paperOf([image]), file });
    await expect(failure).rejects.toMatchObject({ cause: { message: expect.stringMatching(/image|unsupported/i) } });
  }
  expect((await press.print({ paper: SHORT, file: 'docx' })).subarray(0, 2).toString()).toBe('PK');
});

it('leaves a paper whose caller went, whether it waits or is being made', async () => {
  const press = new Press();
  const caller = new AbortController();
  const asked = [LONG, SHORT].map((paper) => press.print({ paper, file: 'pdf' }, caller.signal));
  const next = press.print({ paper: SHORT, file: 'docx' });
  caller.abort(new Error('gone'));
  for (const outcome of await Promise.allSettled(asked))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
  expect((await next).length).toBeGreaterThan(0);
});

it('refuses more than can wait, and all of it when the process stops', async () => {
  const press = new Press();
  const asked = Array.from({ length: 12 }, () => press.print({ paper: LONG, file: 'pdf' }));
  press.close();
  const outcomes = await Promise.allSettled([...asked, press.print({ paper: SHORT, file: 'pdf' })]);
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'overloaded', facts: { retryAfter: 10 } } });
});
