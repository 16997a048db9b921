/** @module The judge of fault runs, judged: one bad history for each verdict, and good ones that must not be blamed. */
import { describe, expect, it } from 'vitest';
import { check, type Fact, fromLines, type Seen, type Sent, toLines, type Verdicts } from './history.ts';

const DOSSIER = 'H15.50-260310-0001';
const HOUR = 3_600_000;
const CODES = { accept: '2', pause: '6', resume: '4', complete: '9' } as const;
type Name = keyof typeof CODES;
const NAMES = Object.keys(CODES) as Name[];
const timeOf = (name: Name): number => NAMES.indexOf(name) * HOUR;

const sent = (name: Name, shows: Sent['shows'] = 'must'): Fact => ({
  fact: 'sent',
  at: 0,
  dossier: DOSSIER,
  event: name,
  code: CODES[name],
  occurredAt: timeOf(name),
  shows,
});
const acknowledged = (name: Name): Fact => ({ fact: 'acknowledged', at: 0, dossier: DOSSIER, event: name });
const told = (...names: Name[]): Fact[] => names.flatMap((name) => [sent(name), acknowledged(name)]);
const record = (code: string, occurredAt: number): Seen => ({
  fact: 'seen',
  at: 0,
  dossier: DOSSIER,
  kind: 'progress',
  code,
  occurredAt,
});
const seen = (...names: Name[]): Seen[] => names.map((name) => record(CODES[name], timeOf(name)));
const snapshot = (name: Name): Seen => ({ ...record(CODES[name], 0), kind: 'snapshot', occurredAt: null });
const shown = (name: Name): Fact => ({ fact: 'shown', at: 0, dossier: DOSSIER, code: CODES[name] });

const NOTHING: Verdicts = { lost: [], skipped: [], duplicated: [], disordered: [], stale: [], invented: [] };

describe('a good history is not blamed', () => {
  it.each<[string, Fact[]]>([
    ['where each event was seen once, in its order', [...told(...NAMES), ...seen(...NAMES), shown('complete')]],
    [
      'where the portal was told of the dossier before its records',
      [...told('accept', 'pause'), snapshot('pause'), ...seen('accept', 'pause'), shown('pause')],
    ],
    ['where a push that nobody acknowledged was not seen', [...told('accept'), sent('pause'), ...seen('accept')]],
    ['where it was seen all the same', [...told('accept'), sent('pause'), ...seen('accept', 'pause')]],
    [
      'where two pushes under way together were seen the other way round',
      [
        sent('accept'),
        sent('pause'),
        acknowledged('accept'),
        acknowledged('pause'),
        ...seen('pause', 'accept'),
        shown('pause'),
      ],
    ],
    [
      'where a late arrival was seen late, with the snapshot after it',
      [...told('accept', 'resume', 'pause'), ...seen('accept', 'resume', 'pause'), snapshot('resume'), shown('resume')],
    ],
    [
      'where an event without effect in the end was seen, or not',
      [
        ...told('accept'),
        sent('resume', 'may'),
        acknowledged('resume'),
        ...told('pause'),
        ...seen('accept', 'resume', 'pause'),
        shown('pause'),
      ],
    ],
    [
      'where a demanded state was told with the time of the event that implied it',
      [...told('accept', 'complete'), ...seen('accept'), record('4', timeOf('complete')), ...seen('complete')],
    ],
    [
      'where what the portal had dropped was repaired behind what came later',
      [
        ...told('accept', 'pause', 'resume'),
        ...seen('accept', 'resume', 'pause'),
        { fact: 'repaired', at: 0, dossier: DOSSIER },
        snapshot('resume'),
        shown('resume'),
      ],
    ],
  ])('%s', (_title, history) => {
    expect(check(history)).toEqual(NOTHING);
  });
});

describe('a bad history is blamed for what it is, with the facts that offend', () => {
  it('an acknowledged event that never arrived, nor anything after it, is lost', () => {
    const history = [...told('accept', 'pause'), ...seen('accept'), shown('pause')];
    expect(check(history)).toEqual({ ...NOTHING, lost: [sent('pause')] });
  });

  it('an acknowledged event that never arrived although a later one did is skipped', () => {
    const history = [...told('accept', 'pause', 'resume'), ...seen('accept', 'resume'), shown('resume')];
    expect(check(history)).toEqual({ ...NOTHING, skipped: [sent('pause')] });
  });

  it('a record that the portal was told twice is duplicated', () => {
    const history = [...told('accept', 'pause'), ...seen('accept', 'pause', 'pause'), shown('pause')];
    expect(check(history)).toEqual({ ...NOTHING, duplicated: seen('pause') });
  });

  it('what arrived before what was acknowledged before it is disordered', () => {
    const history = [...told('accept', 'pause'), ...seen('pause', 'accept'), shown('pause')];
    expect(check(history)).toEqual({ ...NOTHING, disordered: [{ first: sent('accept'), seenBefore: sent('pause') }] });
  });

  it('a snapshot of before the newest record is stale', () => {
    const history = [...told('accept', 'pause'), ...seen('accept', 'pause'), snapshot('accept'), shown('pause')];
    expect(check(history)).toEqual({ ...NOTHING, stale: [snapshot('accept')] });
  });

  it('a final status that is not the newest event’s is stale', () => {
    const history = [...told('accept', 'pause'), ...seen('accept', 'pause'), shown('accept')];
    expect(check(history)).toEqual({ ...NOTHING, stale: [shown('accept')] });
  });

  it('a record with a time that nobody told is invented', () => {
    const history = [...told('accept'), ...seen('accept'), record('6', timeOf('accept') + 1000), shown('accept')];
    expect(check(history)).toEqual({ ...NOTHING, invented: [record('6', timeOf('accept') + 1000)] });
  });

  it('a snapshot with a status that nobody told is invented', () => {
    const history = [...told('accept'), snapshot('complete'), ...seen('accept'), shown('accept')];
    expect(check(history)).toEqual({ ...NOTHING, invented: [snapshot('complete')] });
  });

  it('a record of an event that has no effect is invented', () => {
    const history = [...told('accept'), sent('pause', 'never'), acknowledged('pause'), ...seen('accept', 'pause')];
    expect(check(history)).toEqual({ ...NOTHING, invented: seen('pause') });
  });

  it('a dossier is not excused by another one', () => {
    const other = told('accept').map((fact) => ({ ...fact, dossier: 'H15.50-260310-0002' }));
    expect(check([...told('accept'), ...other, ...seen('accept')])).toMatchObject({ lost: [other[0]] });
  });
});

it('a history survives its way through a file', () => {
  const history = [...told('accept'), ...seen('accept'), shown('accept')];
  expect(fromLines(toLines(history))).toEqual(history);
});
