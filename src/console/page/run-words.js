/** @module A reconciliation in words: what it looked at, how it knows the other side, how far it is, what became of what it found. */
import { chip, element } from './element.js';
import { agencyWords, number, procedureWords } from './list.js';
import { dateOf, span } from './times.js';

const WAYS = { listing: 'Danh sách của Cổng', 'by-code': 'Hỏi Cổng từng mã', export: 'Tệp kết xuất từ Cổng' };
const STATES = {
  running: ['warn', 'Đang chạy'],
  done: ['good', 'Xong'],
  cancelled: ['calm', 'Đã dừng'],
  failed: ['bad', 'Lỗi'],
};
const OVER = ['repaired', 'closed'];

export const wayWord = (way) => (way === null ? 'Chưa rõ' : WAYS[way]);
export const stateChip = ({ state }) => chip(...STATES[state]);

export const periodOf = ({ from, to }) => (from === to ? dateOf(from) : `${dateOf(from)} – ${dateOf(to)}`);

export const scopeOf = (run) => [
  run.agencyCode === null ? 'Toàn tỉnh' : agencyWords(run.agencyCode),
  run.procedureCode === null ? null : element('p', {}, procedureWords(run.procedureCode)),
];

/** Found, repaired and still open, of what the run found. */
export function outcomeOf({ states }) {
  const found = Object.values(states).reduce((sum, n) => sum + n, 0);
  const over = OVER.reduce((sum, state) => sum + (states[state] ?? 0), 0);
  return { found, repaired: states.repaired ?? 0, open: found - over };
}

/** How far it is, and how long it takes still. */
export function progressOf({ state, progress, remainingSeconds }) {
  if (state !== 'running') return null;
  const percent = Math.round(progress * 100);
  return [
    element('progress', { max: '100', value: String(percent), 'aria-label': 'Đã làm' }),
    element(
      'span',
      { class: 'aside' },
      ` ${number(percent)} %`,
      remainingSeconds === null ? null : `, còn khoảng ${span(0, remainingSeconds * 1000)}`,
    ),
  ];
}

/** What it may do about what differs. */
export const meansOf = ({ dryRun, repair }) =>
  dryRun ? 'Chỉ báo cáo' : repair ? 'Khắc phục những gì khắc phục được' : 'Chỉ tìm, không khắc phục';
