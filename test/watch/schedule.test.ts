import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/dossiers/commands.ts';
import type { DossierFields } from '../../src/dossiers/shape.ts';
import { HOUR, MINUTE } from '../../src/units.ts';
import { isClockOffset } from '../../src/watch/clock-offset.ts';
import { ALERT_KINDS, type AlertRules, levelOf } from '../../src/watch/rules.ts';
import { nextChange, scheduleOf, stands } from '../../src/watch/schedule.ts';
import { ALERT_WORDS } from '../../src/watch/words.ts';
import { catalogue } from '../support/catalogue.ts';
import { at, registration, status } from '../support/commands.ts';
import { memory } from '../support/memory.ts';
import { rules, rulesWith } from './rules.ts';

const CODE = 'H15.50-260310-0001';
const calendar = catalogue.calendar;

/** The kinds that stand at a time of 2026 for a dossier of these commands. */
function standing(local: string, commands: readonly Command[], by: AlertRules = rules): string[] {
  const { apply, state } = memory();
  for (const command of commands) expect(apply(command)).toMatchObject({ outcome: 'accepted' });
  return scheduleOf(state(CODE), by, catalogue)
    .filter((rung) => stands(rung, at(local)))
    .map(({ kind }) => kind);
}

/** Accepted on 10 March at 08:30, due on 31 March at 17:00; the land registry has answered, so that nobody is silent. */
const accepted = (more: DossierFields = {}): Command[] => [
  registration(CODE, { fields: more }),
  status(CODE, 'processing', '03-10T09:00', { source: 'land-registry' }),
];
const waiting = (): Command[] => [registration(CODE, { fields: { receivedAt: null } })];
const form04 = (occurredAt: string, newDate: string): Command =>
  status(CODE, 'processing', occurredAt, {
    kind: 'appointment',
    status: null,
    operation: 'extended',
    appointment: { at: at(newDate), basis: 'form-04' },
  });

describe('a dossier that waits to be accepted', () => {
  it('is told to its officer after 2 working hours, not before', () => {
    expect(standing('03-10T09:59', waiting())).toEqual([]);
    expect(standing('03-10T10:00', waiting())).toEqual(['awaiting-acceptance']);
  });

  it('is not accepted in time after 8 working hours: the next day, over the night', () => {
    expect(standing('03-11T07:59', waiting())).toEqual(['awaiting-acceptance']);
    expect(standing('03-11T08:00', waiting())).toEqual(['not-accepted']);
  });

  it('is left alone once it is accepted', () => {
    expect(standing('03-12T08:00', accepted())).toEqual([]);
  });
});

describe('a due date', () => {
  it('is near two working days before, owes an apology on the last day for it, comes, and passes', () => {
    expect(standing('03-26T23:59', accepted())).toEqual([]);
    // 31 March is a Tuesday: two working days before is Friday.
    expect(standing('03-27T00:00', accepted())).toEqual(['due-soon']);
    expect(standing('03-30T08:00', accepted())).toEqual(['due-soon', 'apology-owed']);
    expect(standing('03-31T17:00', accepted())).toEqual(['due-today', 'apology-owed']);
    expect(standing('03-31T17:01', accepted())).toEqual(['overdue', 'apology-owed']);
  });

  it('is near as many working days before as the rule says', () => {
    const early = rulesWith('due-soon', { limit: { amount: 5, unit: 'working-day' } });
    expect(standing('03-24T08:00', accepted(), early)).toEqual(['due-soon']);
  });

  it('is nobody’s concern when its kind is not watched', () => {
    expect(standing('03-27T08:00', accepted(), rulesWith('due-soon', { watched: false }))).toEqual([]);
  });

  it('does not come while a pause stops the clock', () => {
    const paused = [...accepted(), status(CODE, 'paused', '03-30T16:00')];
    expect(standing('03-31T08:00', paused)).toEqual([]);
    expect(standing('04-01T08:00', paused)).toEqual([]);
  });

  it('comes all the same during a pause without legal basis', () => {
    const paused = [...accepted(), status(CODE, 'paused', '03-30T16:00', { reason: 'consultation' })];
    expect(standing('04-01T08:00', paused)).toEqual(['overdue', 'apology-owed']);
  });

  it('that had passed before the pause has passed', () => {
    const paused = [...accepted(), status(CODE, 'paused', '04-01T08:00')];
    expect(standing('04-01T09:00', paused)).toEqual(['overdue', 'apology-owed']);
  });

  it('is met by the end of the dossier', () => {
    expect(standing('04-02T08:00', [...accepted(), status(CODE, 'completed', '04-01T08:00')])).toEqual([]);
  });
});

describe('an apology with a new date (form 04)', () => {
  it('is owed once: given, nothing is owed even when the new date passes', () => {
    const extended = [...accepted(), form04('03-27T08:00', '04-03T17:00')];
    expect(standing('03-31T18:00', extended)).toEqual([]);
    expect(standing('04-03T18:00', extended)).toEqual(['overdue']);
  });

  it('is flagged when it is given a second time', () => {
    const twice = [...accepted(), form04('03-27T08:00', '04-03T17:00'), form04('04-02T08:00', '04-10T17:00')];
    expect(standing('04-02T09:00', twice)).toEqual(['extension-repeated']);
  });
});

describe('a pause', () => {
  it('is too long after as many working days as its reason has', () => {
    const paused = [...accepted(), status(CODE, 'paused', '03-12T08:00')];
    // 5 working days for the tax office.
    expect(standing('03-19T07:59', paused)).toEqual([]);
    expect(standing('03-19T08:00', paused)).toEqual(['paused-too-long']);
    const payment = [...accepted(), status(CODE, 'paused', '03-12T08:00', { reason: 'citizen-payment' })];
    expect(standing('03-19T08:00', payment)).toEqual([]);
  });

  it('for a supplement that does not come suggests closing after 15 working days', () => {
    const paused = [...accepted(), status(CODE, 'paused', '03-12T08:00', { reason: 'supplement' })];
    expect(standing('04-02T07:59', paused)).toEqual(['paused-too-long']);
    expect(standing('04-02T08:00', paused)).toEqual(['paused-too-long', 'close-suggested']);
  });

  it('that is over is forgotten when no step follows for three working days', () => {
    const resumed = [...accepted(), status(CODE, 'paused', '03-12T08:00'), status(CODE, 'resumed', '03-13T08:00')];
    expect(standing('03-18T07:59', resumed)).toEqual([]);
    expect(standing('03-18T08:00', resumed)).toEqual(['forgotten']);
    expect(standing('03-18T08:00', [...resumed, status(CODE, 'processing', '03-16T08:00')])).toEqual([]);
  });
});

describe('no answer', () => {
  it('of the ministry’s system within 2 working hours of acceptance', () => {
    const told = [registration(CODE)];
    expect(standing('03-10T10:29', told)).toEqual([]);
    expect(standing('03-10T10:30', told)).toEqual(['no-answer']);
  });

  it('of the agency to which the dossier was transferred, until its first step', () => {
    const moved = [
      ...accepted(),
      status(CODE, 'processing', '03-12T08:00', {
        kind: 'transfer',
        status: null,
        operation: 'transferred',
        body: { toAgency: 'H15.12' },
      }),
    ];
    expect(standing('03-12T09:59', moved)).toEqual([]);
    expect(standing('03-12T10:00', moved)).toEqual(['no-answer']);
    expect(standing('03-12T10:00', [...moved, status(CODE, 'processing', '03-12T09:00')])).toEqual([]);
  });
});

describe('the schedule', () => {
  it('says when to look again though nothing happens', () => {
    const { apply, state } = memory();
    for (const command of accepted()) apply(command);
    const rungs = scheduleOf(state(CODE), rules, catalogue);
    expect(nextChange(rungs, at('03-12T08:00'))).toBe(at('03-27T00:00'));
    expect(nextChange(rungs, at('03-31T08:00'))).toBe(at('03-31T17:00') + 1);
    expect(nextChange(rungs, at('04-01T08:00'))).toBeNull();
  });

  it('has a rule and words for every kind', () => {
    expect([...rules.keys()].sort()).toEqual([...ALERT_KINDS].sort());
    expect(Object.keys(ALERT_WORDS).sort()).toEqual([...ALERT_KINDS].sort());
  });
});

describe('the ladder', () => {
  const raised = { raisedAt: at('03-10T08:00'), acknowledgedAt: null, clearedAt: null };
  const rule = rules.get('overdue');

  it('rises with working hours nobody used', () => {
    expect(levelOf(raised, rule, calendar, at('03-10T11:29'))).toEqual({ level: 0, role: 'officer' });
    expect(levelOf(raised, rule, calendar, at('03-10T14:00'))).toEqual({ level: 1, role: 'head-of-unit' });
    expect(levelOf(raised, rule, calendar, at('03-11T08:00'))).toEqual({ level: 2, role: 'committee-office' });
  });

  it('stays where it was when somebody takes the alert, or its reason is gone', () => {
    const taken = { ...raised, acknowledgedAt: at('03-10T14:00') };
    expect(levelOf(taken, rule, calendar, at('03-20T08:00'))).toEqual({ level: 1, role: 'head-of-unit' });
    const gone = { ...raised, clearedAt: at('03-10T09:00') };
    expect(levelOf(gone, rule, calendar, at('03-20T08:00'))).toEqual({ level: 0, role: 'officer' });
  });
});

describe('a source’s clock', () => {
  const lags = (trailing: number, lag: number): number[] =>
    Array.from({ length: 20 }, (_, n) => (n < trailing ? lag : MINUTE));

  it('is seven hours off when five of its last twenty statuses are', () => {
    expect(isClockOffset(lags(5, 7 * HOUR))).toBe(true);
    expect(isClockOffset(lags(4, 7 * HOUR))).toBe(false);
  });

  it('is not doubted for statuses that came late by other times', () => {
    expect(isClockOffset(lags(20, 6.5 * HOUR))).toBe(false);
    expect(isClockOffset(lags(20, 7.25 * HOUR))).toBe(true);
    expect(isClockOffset(lags(20, 7.3 * HOUR))).toBe(false);
  });
});
