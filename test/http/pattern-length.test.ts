import { expect, it } from 'vitest';
import { longestMatch } from '../../src/http/pattern-length.ts';

it.each([
  [String.raw`^\d{12}$`, 12],
  [String.raw`^\d{9}(\d{3})?$`, 12],
  ['^[a-z][a-z0-9-]{0,63}$', 64],
  ['^(a|bcd|ef)$', 3],
  [String.raw`^(?:\+84|0)\d{9,10}$`, 13],
  ['^(?=.{1,5}$)x{2}$', 2],
  [String.raw`^(?<year>\d{4})-\d\d$`, 7],
  [String.raw`^[\]x]{3}\.\$$`, 5],
  [String.raw`^\u0041\x42\p{L}\u{1F600}$`, 4],
  ['^$', 0],
  [String.raw`^\bx?\b$`, 1],
])('%s takes at most %i characters', (pattern, length) => {
  expect(longestMatch(pattern)).toBe(length);
});

it.each(['^a*$', '^a+$', '^a{2,}$', '^(ab){1,2}c+?$', 'a{3}', '^a'])('%s is not bounded', (pattern) => {
  expect(longestMatch(pattern)).toBe(Number.POSITIVE_INFINITY);
});
