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
  const phrases = ['src/connector', 'src/sync'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => [...readFileSync(join(ROOT, folder, file), 'utf8').matchAll(/\bwords: '([^']+)'/g)])
      .map(([, phrase]) => phrase!),
  );
  expect(phrases.length).toBeGreaterThan(8);
  expect(phrases.filter((phrase) => meaningOf(phrase) === null)).toEqual([]);
  expect(UPSTREAM_FAILURES.filter((kind) => kindOfFailure(kind) === kind)).toEqual([]);
});

it('tells the portal’s codes, HTTP failures and refusals of everybody, and leaves alone what speaks for itself', () => {
  expect(meaningOf('-5: Trường ChuHoSo là bắt buộc')).toBe('Cổng không nhận nội dung');
  expect(meaningOf('HTTP 503 Service Unavailable')).toBe('Trả lời mã lỗi HTTP 503');
  expect(meaningOf('systemic-refusal: -2: Không có quyền')).toBe('Cổng từ chối hàng loạt');
  expect(meaningOf('national-portal login: timeout')).toBe('Không trả lời trong thời gian cho phép');
  expect(meaningOf('Nơi khác còn ghi lên Cổng: Lê Thị Bình')).toBeNull();
});
