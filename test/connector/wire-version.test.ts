/** @module Which version of a wire is spoken when. */
import { expect, it } from 'vitest';
import { wireAt, wireSetting } from '../../src/connector/wire-version.ts';

const setting = wireSetting(['v1', 'v2']);
const SWITCH = Date.parse('2027-01-01T00:00:00+07:00');

it('speaks the first version unless told', () => {
  expect(wireAt(setting.parse(undefined), SWITCH)).toBe('v1');
  expect(wireAt(setting.parse('v2'), 0)).toBe('v2');
});

it('changes at the time that the setting names, to the millisecond', () => {
  const schedule = setting.parse('v1 v2@2027-01-01T00:00:00+07:00');
  expect([wireAt(schedule, SWITCH - 1), wireAt(schedule, SWITCH)]).toEqual(['v1', 'v2']);
});

it('can go back as well', () => {
  const schedule = setting.parse('v1 v2@2027-01-01T00:00:00+07:00 v1@2027-01-02T00:00:00+07:00');
  expect(wireAt(schedule, SWITCH + 86_400_000)).toBe('v1');
});

it.each([
  '',
  'v3',
  'v1@2027-01-01T00:00:00+07:00',
  'v1 v2',
  'v1 v2@2027-01-01',
  'v1 v2@2027-01-02T00:00:00Z v1@2027-01-01T00:00:00Z',
])('says what it takes instead of %j', (text) => {
  const { error } = setting.safeParse(text);
  expect(error?.issues[0]?.message).toContain('v1, v2');
});
