/** @module What pauses come to in a reconciliation report: carried or not, and verdicts put right in both directions. */
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/dossiers/commands.ts';
import {
  type DifferenceTally,
  figuresOf,
  type PausedDossier,
  pausesOf,
  type Standing,
} from '../../src/reports/reconciliation.ts';
import { catalogue, catalogueWithPauses } from '../support/catalogue.ts';
import { at, registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';

const CODE = 'H15.50-260310-0001';

/** Received on 10 March 2026 with fifteen working days: due on the 31st; unless told, everything of it stands at the destination. */
function pauses(commands: readonly Command[], there: Partial<PausedDossier & Standing> = {}, by = catalogue) {
  const dossiers = memory();
  for (const command of [registration(CODE), ...commands]) dossiers.apply(command);
  const { procedureCode, agencyCode, receivedAt, limitOverride, facts } = dossiers.state(CODE);
  const sentSeqs = facts.map(({ n }) => n);
  const subject = { id: 1, key: null, procedureCode, agencyCode, receivedAt, limitOverride, facts, sentSeqs };
  const { isBehind = false, openKinds = [], ...sent } = there;
  return pausesOf({ ...subject, believedSeqs: [], ...sent }, { isBehind, openKinds }, by, at('05-01T00:00'));
}
const paused = (reason: string, from: string) => status(CODE, 'paused', from, { reason });
const none = { lateToOnTime: 0, onTimeToLate: 0, notPutRight: 0, lateByFormula: 0 };

describe('a dossier that was paused', () => {
  const tax = [paused('financial-obligation', '03-12T08:00'), status(CODE, 'resumed', '03-19T08:00')];

  it('counts as carried once its pause stands at the destination, and no more once it was found missing there', () => {
    expect(pauses(tax, { sentSeqs: [] })).toMatchObject({ told: 1, carried: 0 });
    expect(pauses(tax)).toMatchObject({ told: 1, carried: 1 });
    expect(pauses(tax, { openKinds: ['pause-lost'] })).toMatchObject({ told: 1, carried: 0 });
    expect(pauses(tax, { openKinds: ['missing-at-portal'] })).toMatchObject({ told: 1, carried: 0 });
    expect(pauses(tax, { openKinds: ['channel-differs'] })).toMatchObject({ told: 1, carried: 1 });
    expect(pauses([])).toEqual({ told: 0, carried: 0, ...none });
  });

  const inTime = [...tax, status(CODE, 'completed', '04-03T09:00')];

  it('is put right from late to on time, where it ended after the appointment that it once had', () => {
    expect(pauses(inTime)).toMatchObject({ ...none, lateToOnTime: 1 });
    expect(pauses([...tax, status(CODE, 'completed', '03-30T09:00')])).toMatchObject(none);
    expect(pauses([...tax, status(CODE, 'completed', '04-30T09:00')])).toMatchObject(none);
  });

  it('is put right only by what stands at the portal', () => {
    const owed = { ...none, notPutRight: 1 };
    expect(pauses(inTime, { isBehind: true })).toMatchObject(owed);
    for (const kind of ['pause-lost', 'appointment-differs', 'duplicate-at-portal'] as const)
      expect(pauses(inTime, { openKinds: [kind] })).toMatchObject(owed);
    expect(pauses(inTime, { openKinds: ['result-missing'] })).toMatchObject({ ...none, lateToOnTime: 1 });
  });

  const supplement = [paused('supplement', '03-12T08:00'), status(CODE, 'resumed', '03-26T08:00')];

  it('is put right by a pause alone, where the portal subtracts its time once it is told', () => {
    expect(pauses([...supplement, status(CODE, 'completed', '04-06T09:00')])).toMatchObject({
      ...none,
      lateToOnTime: 1,
    });
  });

  it('is put right from on time to late, where the portal subtracts what the law does not', () => {
    const unfounded = catalogueWithPauses({ supplement: { effect: 'none', legalBasis: null } });
    const late = [...supplement, status(CODE, 'completed', '04-06T09:00')];
    expect(pauses(late, {}, unfounded)).toMatchObject({ ...none, onTimeToLate: 1 });
    expect(pauses(late, { openKinds: ['appointment-differs'] }, unfounded)).toMatchObject({ ...none, notPutRight: 1 });
  });

  it('is late by its formula alone, where a second supplement was asked for', () => {
    const twice = [...supplement, paused('supplement', '03-27T08:00'), status(CODE, 'completed', '03-30T09:00')];
    expect(pauses(twice)).toMatchObject({ ...none, told: 2, lateByFormula: 1 });
  });
});

it('sums up by kind, by whose it is and how old, and by group with most that is open first', () => {
  const tally = (key: string, state: DifferenceTally['state'], age: number, n: number, isNew = true) =>
    ({ key, kind: 'pause-lost', state, age, isNew, n }) as const;
  const { total, kinds, open, groups } = figuresOf(
    [
      tally('H15.12', 'repaired', 0, 5),
      tally('H15.12', 'evidence', 2, 2),
      tally('H15.12', 'closed', 2, 1, false),
      tally('H15.50', 'open', 4, 3, false),
    ],
    new Map([['H15.12', { told: 7, carried: 6, ...none, lateToOnTime: 4 }]]),
    new Map([
      ['H15.12', { compared: 90, inStep: 83, moving: 0 }],
      ['', { compared: 2, inStep: 2, moving: 0 }],
    ]),
  );
  const counts = { openBefore: 4, found: 7, repaired: 5, closed: 1, open: 5, evidence: 2, ignored: 0 };
  expect(total).toMatchObject({ ...counts, told: 7, carried: 6, lateToOnTime: 4 });
  expect(kinds).toEqual([{ kind: 'pause-lost', ...counts }]);
  expect(total.openBefore + total.found).toBe(total.repaired + total.closed + total.open);
  expect(open.find(({ owner }) => owner === 'portal')!.byAge).toEqual([0, 0, 2, 0, 3]);
  // What was compared and differs in nothing has a group, too.
  expect(groups.map(({ key, open: left, sums }) => [key, left, sums?.compared])).toEqual([
    ['H15.50', 3, 0],
    ['H15.12', 2, 90],
    [null, 0, 2],
  ]);
});
