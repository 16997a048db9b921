/** @module What pauses come to in a reconciliation report: carried or not, and verdicts put right in both directions. */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/dossiers/commands.ts';
import { figuresOf, pausesOf } from '../../src/reports/reconciliation.ts';
import { catalogue, catalogueWithPauses } from '../support/catalogue.ts';
import { at, registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';

const CODE = 'H15.50-260310-0001';

/** Received on 10 March 2026 with fifteen working days: due on the 31st. */
function pauses(commands: readonly Command[], sentSeqs: readonly number[] = [], by = catalogue) {
  const dossiers = memory();
  for (const command of [registration(CODE), ...commands]) dossiers.apply(command);
  const { procedureCode, agencyCode, receivedAt, limitOverride, facts } = dossiers.state(CODE);
  const subject = {
    key: null,
    procedureCode,
    agencyCode,
    receivedAt,
    limitOverride,
    facts,
    sentSeqs,
    believedSeqs: [],
  };
  return pausesOf(subject, by, at('05-01T00:00'));
}
const paused = (reason: string, from: string) => status(CODE, 'paused', from, { reason });
const none = { lateToOnTime: 0, onTimeToLate: 0, lateByFormula: 0 };

describe('a dossier that was paused', () => {
  const tax = [paused('financial-obligation', '03-12T08:00'), status(CODE, 'resumed', '03-19T08:00')];

  it('counts as carried once its pause stands at the destination', () => {
    expect(pauses(tax)).toMatchObject({ told: 1, carried: 0 });
    expect(pauses(tax, [1, 2, 3, 4, 5])).toMatchObject({ told: 1, carried: 1 });
    expect(pauses([])).toEqual({ told: 0, carried: 0, ...none });
  });

  it('is late at the portal and on time by law, where the time of its pause is not subtracted there', () => {
    expect(pauses([...tax, status(CODE, 'completed', '04-03T09:00')])).toMatchObject({ ...none, lateToOnTime: 1 });
    expect(pauses([...tax, status(CODE, 'completed', '03-30T09:00')])).toMatchObject(none);
    expect(pauses([...tax, status(CODE, 'completed', '04-30T09:00')])).toMatchObject(none);
  });

  const supplement = [paused('supplement', '03-12T08:00'), status(CODE, 'resumed', '03-26T08:00')];

  it('is on time at the portal and late by law, where it subtracts what the law does not', () => {
    const unfounded = catalogueWithPauses({ supplement: { effect: 'none', legalBasis: null } });
    const late = [...supplement, status(CODE, 'completed', '04-06T09:00')];
    expect(pauses(late, [], unfounded)).toMatchObject({ ...none, onTimeToLate: 1 });
  });

  it('is late by its formula alone, where a second supplement was asked for', () => {
    const twice = [...supplement, paused('supplement', '03-27T08:00'), status(CODE, 'completed', '03-30T09:00')];
    expect(pauses(twice)).toMatchObject({ ...none, told: 2, lateByFormula: 1 });
  });
});

it('sums up by kind, by whose it is and how old, and by group with most that is open first', () => {
  const tally = (key: string, state: string, age: number, n: number, isNew = true) =>
    ({ key, kind: 'pause-lost', state, age, isNew, n }) as const;
  const { total, kinds, open, groups } = figuresOf(
    [tally('H15.12', 'repaired', 0, 5), tally('H15.12', 'evidence', 2, 2), tally('H15.50', 'confirmed', 4, 3, false)],
    new Map([['H15.12', { told: 7, carried: 6, ...none, lateToOnTime: 4 }]]),
  );
  expect(total).toMatchObject({ found: 7, repaired: 5, open: 5, evidence: 2, told: 7, carried: 6, lateToOnTime: 4 });
  expect(kinds).toEqual([{ kind: 'pause-lost', found: 7, repaired: 5, open: 5, evidence: 2, ignored: 0 }]);
  expect(open.find(({ owner }) => owner === 'portal')!.byAge).toEqual([0, 0, 2, 0, 3]);
  expect(groups.map(({ key, open: left }) => [key, left])).toEqual([
    ['H15.50', 3],
    ['H15.12', 2],
  ]);
});
