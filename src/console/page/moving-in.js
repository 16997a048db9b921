/** @module Beside another connection: how far each stage is, what would be written, who else writes. */
import { chip, element } from './element.js';
import { agencyWords, codeLink, table } from './list.js';
import { learnNames } from './names.js';
import { read } from './session.js';
import { moment } from './times.js';
import { fieldWord, modeWord, portalStatusWord } from './words.js';

const MOST_LISTED = 20;

/** What stands of the dossiers that are not sent; null where all are. */
export async function loadMovingIn({ name, observed, compared }, signal) {
  if (!(observed > 0 || compared > 0)) return null;
  const [readiness, comparison] = await Promise.all([
    read(`/v1/destinations/${name}/readiness`, signal),
    compared > 0 ? read(`/v1/destinations/${name}/comparison?limit=${MOST_LISTED}`, signal) : null,
  ]);
  await learnNames({ agencies: comparison?.items.map(({ agencyCode }) => agencyCode) }, signal);
  return { stages: readiness.stages, comparison };
}

export function renderMovingIn({ stages, comparison }) {
  return element(
    'section',
    { class: 'moving-in', 'aria-labelledby': 'moving-in' },
    element('h2', { id: 'moving-in' }, 'Chuyển từ kết nối cũ'),
    element('ul', { class: 'stages' }, stages.map(stageLine)),
    comparison === null ? null : compared(comparison),
  );
}

const stageLine = ({ mode, next, safe, dossiers, reasons }) =>
  element(
    'li',
    {},
    element('strong', {}, `${modeWord(mode)}: ${dossiers.toLocaleString('vi-VN')} hồ sơ`),
    chip(safe ? 'good' : 'warn', safe ? (next === null ? 'An toàn' : 'Có thể chuyển tiếp') : 'Chưa nên chuyển tiếp'),
    element(
      'ul',
      {},
      reasons.map(({ vi }) => element('li', {}, vi)),
    ),
  );

function compared({ totals, items }) {
  const all = totals.wouldWrite;
  return [
    element(
      'h3',
      { id: 'would-write' },
      'Sẽ ghi lên Cổng khi chuyển sang gửi',
      element(
        'span',
        { class: 'aside' },
        `${totals.inStep.toLocaleString('vi-VN')} trên ${totals.compared.toLocaleString('vi-VN')} hồ sơ đã khớp`,
      ),
    ),
    items.length === 0
      ? element('p', { class: 'empty' }, 'Không có gì phải ghi.')
      : table('would-write', items, COLUMNS, comparedCells),
    all > items.length ? element('p', { class: 'aside' }, `Đang hiện ${items.length} trên ${all} hồ sơ.`) : null,
  ];
}

const COLUMNS = ['Mã hồ sơ', 'Cơ quan', 'Sai lệch', 'Sẽ ghi', 'Nơi khác đã ghi'];

function comparedCells(comparison) {
  const { dossierCode, agencyCode, findings } = comparison;
  return [
    codeLink(dossierCode),
    agencyWords(agencyCode),
    findings.length === 0 ? '–' : findings.map(({ title }) => element('p', {}, title.vi)),
    wouldWrite(comparison),
    whatOthersWrote(comparison),
  ];
}

/** What would be written of one dossier, in words. */
export function wouldWrite({ would: { create, records, fields } }) {
  if (create) return [element('p', {}, 'Hồ sơ mới, với toàn bộ tiến độ')];
  const lines = [
    ...records.map(({ statusCode, occurredAt }) =>
      element('p', {}, `${portalStatusWord(statusCode)}, `, moment(occurredAt)),
    ),
    fields.length > 0 ? element('p', { class: 'aside' }, `Cập nhật: ${fields.map(fieldWord).join(', ')}`) : null,
  ].filter((line) => line !== null);
  return lines.length === 0 ? '–' : lines;
}

/** The newest record of another writer, with the name that the wire tells. */
export function whatOthersWrote({ theirs }) {
  const last = theirs.toSorted((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt)).at(-1);
  if (last === undefined) return '–';
  const who = [last.officer, last.department].filter((name) => name !== '').join(', ');
  return [
    element('p', {}, `${portalStatusWord(last.statusCode)}, `, moment(last.occurredAt)),
    element('p', { class: 'aside' }, who === '' ? 'Không ghi tên' : who),
  ];
}
