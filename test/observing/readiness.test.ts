import { expect, it } from 'vitest';
import { assess, type ReadinessFigures, type StageFigures, type WriterFigures } from '../../src/observing/readiness.ts';
import type { Mode } from '../../src/sync/policy.ts';
import { at } from '../support/commands.ts';

const stage = (mode: Mode, more: Partial<StageFigures> = {}): StageFigures => ({
  mode,
  dossiers: 10,
  read: 10,
  unreadable: 0,
  compared: mode === 'compare' ? 10 : 0,
  inStep: mode === 'compare' ? 10 : 0,
  wouldWrite: 0,
  behind: 0,
  blocked: 0,
  ...more,
});
const writer = (mode: Mode, more: Partial<WriterFigures> = {}): WriterFigures => ({
  mode,
  officer: 'Lê Thị Bình',
  department: 'Bộ phận Một cửa',
  records: 3,
  dossiers: 2,
  stray: 0,
  lastAt: at('03-16T08:00'),
  ...more,
});
const assessed = (one: StageFigures, more: Partial<ReadinessFigures> = {}) =>
  assess({ stages: [one], differing: [], writers: [], days: 7, ...more })[0]!;

it.each<[string, StageFigures, Partial<ReadinessFigures>, Mode | null]>([
  ['everything was read back', stage('observe'), { writers: [writer('observe')] }, 'compare'],
  ['everything is in step and nobody else writes', stage('compare'), { writers: [writer('observe')] }, 'send'],
  ['nothing is blocked and others write by right only', stage('send'), { writers: [writer('send')] }, null],
])('it is safe to go on where %s', (_title, one, more, next) => {
  expect(assessed(one, more)).toMatchObject({ safe: true, next, reasons: [{ vi: expect.any(String) }] });
});

it.each<[string, StageFigures, Partial<ReadinessFigures>, RegExp]>([
  ['a dossier was never read back', stage('observe', { read: 9 }), {}, /^1 hồ sơ chưa được đọc lại/],
  ['a look failed', stage('observe', { unreadable: 2 }), {}, /^2 hồ sơ không đọc được/],
  ['something was told since', stage('compare', { compared: 7 }), {}, /^3 hồ sơ chưa được so sánh/],
  [
    'a pause is not there',
    stage('compare'),
    { differing: [{ kind: 'pause-lost', dossiers: 4 }] },
    /^4 hồ sơ: Tạm dừng/,
  ],
  [
    'the old connection still writes',
    stage('compare'),
    { writers: [writer('compare')] },
    /Lê Thị Bình, Bộ phận Một cửa/,
  ],
  [
    'a writer without a name does',
    stage('compare'),
    { writers: [writer('compare', { officer: '', department: '' })] },
    /không ghi tên/,
  ],
  [
    'another writes what is ours to send',
    stage('send'),
    { writers: [writer('send', { stray: 1 })] },
    /\(1 tiến độ của 2 hồ sơ/,
  ],
  ['something is blocked', stage('send', { blocked: 1 }), {}, /^1 hồ sơ bị chặn/],
])('it is not where %s', (_title, one, more, reason) => {
  const { safe, reasons } = assessed(one, more);
  expect(safe).toBe(false);
  expect(reasons.map(({ vi }) => vi)).toEqual([expect.stringMatching(reason)]);
  expect(reasons[0]!.en).not.toBe('');
});

it('the stages come in the order in which a province goes through them', () => {
  const stages = [stage('send'), stage('observe'), stage('compare')];
  expect(assess({ stages, differing: [], writers: [], days: 7 }).map(({ mode }) => mode)).toEqual([
    'observe',
    'compare',
    'send',
  ]);
});
