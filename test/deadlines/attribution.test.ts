/** @module Why a dossier is late: one cause, with its proof. */

import { expect, test } from 'vitest';
import { attributeLateness, type LateDossier } from '../../src/deadlines/attribution.ts';
import { at, calendar } from './worked-cases.ts';

const late: LateDossier = {
  receivedAt: at('2026-03-09T09:00'),
  appointmentAt: at('2026-03-16T17:00'),
  endAt: at('2026-03-17T17:00'),
  portalLate: true,
  waits: [],
  outages: [],
  entries: [],
};
const span = (from: string, to: string) => ({ from: at(from), to: at(to) });
const attribute = (changes: Partial<LateDossier>) => attributeLateness({ ...late, ...changes }, calendar);

const punctual = { endAt: late.appointmentAt };
const prompt = { entryId: 'e1', occurredAt: at('2026-03-10T09:00'), acknowledgedAt: at('2026-03-10T09:10') };
const slow = { entryId: 'e2', occurredAt: at('2026-03-11T09:00'), acknowledgedAt: at('2026-03-11T12:00') };
const lost = { entryId: 'e3', occurredAt: at('2026-03-12T09:00'), acknowledgedAt: null };

test('on time on both sides has no cause', () => {
  expect(attribute({ ...punctual, portalLate: false })).toBeNull();
});

test('on time by law and late at the portal is sync lag, with the entries that came late or never', () => {
  expect(attribute({ ...punctual, entries: [prompt, slow, lost] })).toEqual({
    cause: 'sync-lag',
    overdueMinutes: 0,
    causeMinutes: 0,
    evidence: ['e2', 'e3'],
  });
});

test('is an outage only when each late entry fell into one', () => {
  const outages = [{ id: 'o1', ...span('2026-03-11T08:00', '2026-03-11T11:50') }];
  expect(attribute({ ...punctual, entries: [prompt, slow], outages })).toMatchObject({
    cause: 'upstream-outage',
    evidence: ['e2', 'o1'],
  });
  expect(attribute({ ...punctual, entries: [slow, lost], outages })).toMatchObject({ cause: 'sync-lag' });
  expect(attribute({ ...punctual, entries: [prompt], outages })).toMatchObject({ cause: 'sync-lag', evidence: [] });
});

test('late with nothing else to show is the officer’s', () => {
  expect(attribute({})).toEqual({ cause: 'officer', overdueMinutes: 480, causeMinutes: 480, evidence: [] });
});

test('a wait that covers the time overdue is the cause; a shorter one is not', () => {
  const wait = { entryId: 'w', holder: 'citizen' as const };
  expect(attribute({ waits: [{ ...wait, ...span('2026-03-10T07:00', '2026-03-10T17:00') }] })).toEqual({
    cause: 'waiting-for-citizen',
    overdueMinutes: 480,
    causeMinutes: 480,
    evidence: ['w'],
  });
  expect(attribute({ waits: [{ ...wait, ...span('2026-03-10T07:01', '2026-03-10T17:00') }] })!.cause).toBe('officer');
});

test('the longest cause wins, overlaps count once, and what lies outside the dossier’s time does not count', () => {
  const waits = [
    { entryId: 'c', holder: 'citizen' as const, ...span('2026-03-10T07:00', '2026-03-10T17:00') },
    { entryId: 'a1', holder: 'other-agency' as const, ...span('2026-03-11T07:00', '2026-03-11T17:00') },
    { entryId: 'a2', holder: 'other-agency' as const, ...span('2026-03-11T13:30', '2026-03-12T11:30') },
  ];
  expect(attribute({ waits })).toMatchObject({ cause: 'other-agency', causeMinutes: 750, evidence: ['a1', 'a2'] });
  const outages = [{ id: 'o', ...span('2026-03-01T07:00', '2026-03-09T10:00') }];
  expect(attribute({ outages })!.cause).toBe('officer');
  expect(attribute({ outages: [{ id: 'o', ...span('2026-03-12T07:00', '2026-04-01T07:00') }] })).toMatchObject({
    cause: 'upstream-outage',
    causeMinutes: 4 * 480,
    evidence: ['o'],
  });
});
