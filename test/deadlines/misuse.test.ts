/** @module Flags for people: pauses, endings and apologies that look as if they saved a deadline. */

import { describe, expect, test } from 'vitest';
import { flagApologies, flagEndings, flagPauses, type ReportedPause } from '../../src/deadlines/misuse.ts';
import { at, calendar } from './worked-cases.ts';

const due = at('2026-03-16T17:00');
const registered = at('2026-03-09T09:00');
const honest: ReportedPause = {
  entryId: 'a',
  reason: 'citizen-payment',
  occurredAt: at('2026-03-11T09:00'),
  recordedAt: at('2026-03-11T09:01'),
  appointmentBefore: due,
  needsDocument: true,
  hasDocument: true,
  hasLegalBasis: true,
};
const kinds = (...pauses: Partial<ReportedPause>[]) =>
  flagPauses(
    pauses.map((pause) => ({ ...honest, ...pause })),
    registered,
    calendar,
  ).map(({ kind, entryId }) => `${kind} ${entryId}`);

describe('pauses', () => {
  test('an honest one raises nothing', () => {
    expect(kinds({})).toEqual([]);
    expect(kinds({ appointmentBefore: null, needsDocument: false, hasDocument: false })).toEqual([]);
  });

  test('recorded exactly one working day later is not back-dated, a minute more is', () => {
    expect(kinds({ recordedAt: at('2026-03-12T09:00') })).toEqual([]);
    expect(kinds({ recordedAt: at('2026-03-12T09:01') })).toEqual(['back-dated a']);
    expect(kinds({ occurredAt: at('2026-03-13T16:00'), recordedAt: at('2026-03-16T16:00') })).toEqual([]);
  });

  test('is measured from the dossier’s first registration when that came later', () => {
    const early = { occurredAt: at('2026-03-02T09:00') };
    expect(kinds({ ...early, recordedAt: at('2026-03-10T09:00') })).toEqual([]);
    expect(kinds({ ...early, recordedAt: at('2026-03-10T09:01') })).toEqual(['back-dated a']);
  });

  test('on the last day, and after the due moment', () => {
    const on = (time: string, appointmentBefore = due) =>
      kinds({ occurredAt: at(time), recordedAt: at(time), appointmentBefore });
    expect(on('2026-03-13T16:59')).toEqual([]);
    expect(on('2026-03-16T07:00')).toEqual(['last-day a']);
    expect(on('2026-03-16T17:00')).toEqual(['last-day a']);
    expect(on('2026-03-16T17:01')).toEqual(['after-due a']);
    expect(on('2026-03-16T20:00', at('2026-03-17T00:00'))).toEqual(['last-day a']);
  });

  test('without the document asked for, and without legal basis', () => {
    expect(kinds({ hasDocument: false })).toEqual(['undocumented a']);
    expect(kinds({ hasLegalBasis: false })).toEqual(['without-legal-basis a']);
  });

  test('a second of one family is repeated, in order of time; tax and payment are one family', () => {
    const later = { occurredAt: at('2026-03-12T09:00'), recordedAt: at('2026-03-12T09:00') };
    expect(kinds({ ...later, entryId: 'b', reason: 'supplement-appraisal' }, { reason: 'supplement-intake' })).toEqual([
      'repeated b',
    ]);
    expect(kinds({ reason: 'tax-determination' }, { ...later, entryId: 'b' })).toEqual(['repeated b']);
    expect(kinds({ reason: 'consultation' }, { ...later, entryId: 'b', reason: 'consultation' })).toEqual([
      'repeated b',
    ]);
    expect(kinds({ reason: 'consultation' }, { ...later, entryId: 'b' })).toEqual([]);
  });

  test('each flag carries its facts', () => {
    expect(flagPauses([{ ...honest, recordedAt: due }], registered, calendar)).toEqual([
      {
        kind: 'back-dated',
        entryId: 'a',
        facts: { occurredAt: honest.occurredAt, recordedAt: due, firstRegisteredAt: registered },
      },
    ]);
  });
});

test('endings are flagged from one working day before the due date', () => {
  const ending = (time: string, appointmentBefore: number | null = due) =>
    flagEndings([{ entryId: 'e', kind: 'withdrawn', occurredAt: at(time), appointmentBefore }], calendar).map(
      ({ kind }) => kind,
    );
  expect(ending('2026-03-13T16:59')).toEqual([]);
  expect(ending('2026-03-13T17:00')).toEqual(['ended-near-due']);
  expect(ending('2026-03-18T09:00')).toEqual(['ended-near-due']);
  expect(ending('2026-03-18T09:00', null)).toEqual([]);
});

test('an apology is given once, at least one working day before', () => {
  const apology = (entryId: string, time: string, appointmentBefore: number | null = due) => ({
    entryId,
    occurredAt: at(time),
    appointmentBefore,
  });
  expect(flagApologies([apology('a', '2026-03-13T17:00')], calendar)).toEqual([]);
  expect(flagApologies([apology('a', '2026-03-13T17:00', null)], calendar)).toEqual([]);
  const flags = flagApologies([apology('b', '2026-03-16T08:00'), apology('a', '2026-03-12T08:00')], calendar);
  expect(flags.map(({ kind, entryId }) => `${kind} ${entryId}`)).toEqual(['apology-repeated b', 'apology-late b']);
  expect(flags[0]!.facts).toEqual({ firstEntryId: 'a' });
});
