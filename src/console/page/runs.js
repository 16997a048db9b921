/** @module Reconciliations, newest first: what each looked at, how far it is, what it found and what became of it. */
import { element } from './element.js';
import { failure } from './failures.js';
import { listSection, number } from './list.js';
import { learnNames } from './names.js';
import { outcomeOf, periodOf, progressOf, scopeOf, stateChip, wayWord } from './run-words.js';
import { read } from './session.js';
import { moment } from './times.js';

export const title = () => 'Đối soát – Liên Thông';

const MOST = 30;

export async function load(_place, _before, signal) {
  const { items } = await read(`/v1/reconciliations?limit=${MOST}`, signal);
  await learnNames(
    {
      agencies: items.map(({ agencyCode }) => agencyCode),
      procedures: items.map(({ procedureCode }) => procedureCode),
    },
    signal,
  );
  return { items };
}

export const render = ({ items }) => [
  element('h1', {}, 'Đối soát'),
  listSection({
    id: 'runs',
    title: 'Các lần đối soát',
    aside: items.length > 0 ? 'mới nhất trước' : null,
    items,
    columns: COLUMNS,
    cellsOf,
    nothing: 'Chưa có lần đối soát nào.',
  }),
];

const COLUMNS = [
  'Bắt đầu',
  'Ngày tiếp nhận',
  'Phạm vi',
  'Biết phía Cổng qua',
  'Đã so',
  'Tìm thấy',
  'Đã khắc phục',
  'Còn lại',
  'Trạng thái',
];

function cellsOf(run) {
  const { found, repaired, open } = outcomeOf(run);
  return [
    element('a', { href: `#/doi-soat/${run.id}` }, moment(run.requestedAt)),
    periodOf(run),
    scopeOf(run),
    wayWord(run.way),
    [
      number(run.compared),
      run.unchecked > 0 ? element('p', { class: 'aside' }, `chưa xét ${number(run.unchecked)}`) : null,
    ],
    found === 0 ? '0' : element('a', { href: `#/doi-soat/${run.id}` }, number(found)),
    repaired === 0 ? '0' : element('a', { href: `#/doi-soat/${run.id}?tinh-trang=repaired` }, number(repaired)),
    number(open),
    [stateChip(run), element('div', {}, progressOf(run)), run.error === null ? null : failure(run.error)],
  ];
}
