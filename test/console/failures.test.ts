/** @module What the gateway itself says of a failed call reads as Vietnamese at the console, with its own words behind it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { UPSTREAM_FAILURES } from '../../src/connector/upstream-error.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const { meaningOf, kindOfFailure } = (await import(join(ROOT, 'src/console/page/failures.js'))) as {
  meaningOf(words: string): string | null;
  kindOfFailure(kind: string): string;
};

it('has a meaning for every phrase of ours, and every kind of failure', () => {
  const said = (file: string, pattern: RegExp): string[] =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(pattern)].map(([, phrase]) => phrase!);
  const calls = ['src/connector', 'src/sync'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => said(`${folder}/${file}`, /\bwords: '([^']+)'/g)),
  );
  const toSubscribers = said('src/subscriptions/send.ts', /^ {2}[A-Z_]+: '([^']+)'/gm);
  const ofEvents = said('src/dossiers/apply.ts', /fault\('[a-z-]+', '([^']+)'\)/g);
  for (const some of [calls, toSubscribers]) expect(some.length).toBeGreaterThan(8);
  const phrases = [...calls, ...toSubscribers, ...ofEvents];
  expect(ofEvents.length).toBeGreaterThan(1);
  expect(phrases.filter((phrase) => meaningOf(phrase) === null)).toEqual([]);
  expect(UPSTREAM_FAILURES.filter((kind) => kindOfFailure(kind) === kind)).toEqual([]);
});

it('tells the portal’s codes, HTTP failures and refusals of everybody, and leaves alone what speaks for itself', () => {
  expect(meaningOf('-5: Trường ChuHoSo là bắt buộc')).toBe('Cổng không nhận nội dung');
  expect(meaningOf('HTTP 503 Service Unavailable')).toBe('Trả lời mã lỗi HTTP 503');
  expect(meaningOf('systemic-refusal: -2: Không có quyền')).toBe('Cổng từ chối hàng loạt');
  expect(meaningOf('national-portal login: timeout')).toBe('Không trả lời trong thời gian cho phép');
  expect(meaningOf('H15.50-260310-0404 is not known here')).toBe('H15.50-260310-0404 chưa được đăng ký');
  expect(meaningOf('Nơi khác còn ghi lên Cổng: Lê Thị Bình')).toBeNull();
});
