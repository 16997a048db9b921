/** @module Differences: how many of each kind and whose, and the list behind each number, by kind, state, owner, agency and age. */
import { DIFFERENCE, differenceCells, namesIn } from './difference-row.js';
import { chip, element } from './element.js';
import { listSection, nextPart, number, table } from './list.js';
import { learnNames } from './names.js';
import { read, readPart } from './session.js';
import { asOf, elapsed } from './times.js';
import { differenceState, ownerWord, severityTone } from './words.js';

export const title = () => 'Sai lệch – Liên Thông';
export const every = 15_000;

const MOST = 100;
const COUNTS = '/v1/differences/counts';
const HOUR = 60;
const DAY = 24 * HOUR;
/** Parameters of the address by the API's own. */
const FILTERS = { kind: 'loai', state: 'tinh-trang', owner: 'ben', agency: 'co-quan', olderThanMinutes: 'lau-hon' };
const STATES = ['confirmed', 'repairing', 'evidence', 'ignored', 'repaired', 'closed'];
const OWNERS = ['portal', 'igate', 'ministry', 'other-writer', 'gateway', 'payment-platform', 'bank'];
const AGES = [
  [HOUR, 'Hơn 1 giờ'],
  [DAY, 'Hơn 1 ngày'],
  [7 * DAY, 'Hơn 7 ngày'],
  [30 * DAY, 'Hơn 30 ngày'],
];

/** The address of the list with these filters, by the API's names. */
const listOf = (filters, cursor = null) => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters)) if (value) query.set(FILTERS[name], value);
  if (cursor !== null) query.set('sau', cursor);
  return `#/sai-lech${query.size > 0 ? `?${query}` : ''}`;
};

export async function load({ filter }, _before, signal) {
  const filters = {};
  const query = new URLSearchParams({ limit: MOST });
  for (const [name, word] of Object.entries(FILTERS)) {
    filters[name] = filter.get(word) ?? '';
    if (filters[name] !== '') query.set(name, filters[name]);
  }
  if (filter.get('sau')) query.set('cursor', filter.get('sau'));
  const [{ items, next }, counts] = await Promise.all([
    readPart(`/v1/differences?${query}`, signal),
    read(filters.agency === '' ? COUNTS : `${COUNTS}?agency=${encodeURIComponent(filters.agency)}`, signal),
  ]);
  await learnNames(namesIn(items), signal);
  return { filters, items, next: next === null ? null : listOf(filters, next), counts };
}

export function render({ filters, items, next, counts }) {
  const isFiltered = Object.values(filters).some((value) => value !== '');
  return [
    element('h1', {}, 'Sai lệch'),
    element(
      'p',
      { class: 'aside' },
      'Sai lệch được tính khi lần xem thứ hai vẫn còn. Liên Thông đếm lúc ',
      asOf(''),
      '.',
    ),
    filterForm(filters, counts),
    isFiltered ? null : summary(counts),
    listSection({
      id: 'differences',
      title: isFiltered ? 'Theo bộ lọc' : 'Tất cả sai lệch đang có',
      aside: items.length > 0 ? 'thấy trước hiện trước' : null,
      items,
      total: isFiltered || next !== null ? items.length : counts.total,
      columns: DIFFERENCE,
      cellsOf: differenceCells,
      nothing: isFiltered ? 'Không có sai lệch nào theo bộ lọc này.' : 'Hai bên khớp nhau.',
    }),
    nextPart(next),
  ];
}

/** Each choice changes the address, which draws the list. */
function filterForm(filters, { items }) {
  const titles = new Map(items.map(({ kind, title: words }) => [kind, words.vi]));
  const counted = (name, value) => items.reduce((sum, item) => (item[name] === value ? sum + item.count : sum), 0);
  const labelled = (name, value, word) => {
    const n = counted(name, value);
    return [value, n > 0 ? `${word} (${number(n)})` : word];
  };
  const kinds = [...titles].map(([kind, word]) => labelled('kind', kind, word));
  if (filters.kind !== '' && !titles.has(filters.kind)) kinds.push([filters.kind, filters.kind]);
  const form = element(
    'form',
    { class: 'filter', 'aria-label': 'Lọc sai lệch' },
    choice('kind', 'Loại sai lệch', 'Mọi loại', kinds, filters.kind),
    choice(
      'state',
      'Tình trạng',
      'Đang có',
      STATES.map((state) => labelled('state', state, differenceState(state)[1])),
      filters.state,
    ),
    choice(
      'owner',
      'Bên xử lý',
      'Mọi bên',
      OWNERS.map((owner) => labelled('owner', owner, ownerWord(owner))),
      filters.owner,
    ),
    choice(
      'olderThanMinutes',
      'Đã có',
      'Bất kể bao lâu',
      AGES.map(([minutes, word]) => [String(minutes), word]),
      filters.olderThanMinutes,
    ),
    element(
      'label',
      {},
      'Mã cơ quan',
      element('input', {
        id: 'filter-agency',
        name: 'agency',
        value: filters.agency,
        maxlength: '40',
        placeholder: 'Mọi cơ quan',
        autocapitalize: 'characters',
        spellcheck: 'false',
      }),
    ),
    element('button', { type: 'submit', class: 'quiet', id: 'filter-submit' }, 'Lọc'),
    Object.values(filters).some((value) => value !== '') ? element('a', { href: '#/sai-lech' }, 'Bỏ lọc') : null,
  );
  const apply = (event) => {
    event.preventDefault();
    location.hash = listOf(Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()])));
  };
  form.addEventListener('change', apply);
  form.addEventListener('submit', apply);
  return form;
}

function choice(name, label, all, options, chosen) {
  return element(
    'label',
    {},
    label,
    element(
      'select',
      { id: `filter-${name}`, name },
      [['', all], ...options].map(([value, word]) => element('option', { value, selected: value === chosen }, word)),
    ),
  );
}

const SUMMARY = [
  'Loại sai lệch',
  'Bên xử lý',
  'Đang có',
  'Chờ xử lý',
  'Đang khắc phục',
  'Cần lập sự cố',
  'Tạm bỏ qua',
  'Lâu nhất',
];

/** By kind, each number leading to its list. */
function summary({ items }) {
  const kinds = [...Map.groupBy(items, ({ kind }) => kind)];
  if (kinds.length === 0) return null;
  return element(
    'section',
    {},
    element('h2', { id: 'by-kind' }, 'Theo loại'),
    table('by-kind', kinds, SUMMARY, ([kind, states]) => {
      const [{ title: words, severity, owner }] = states;
      const countOf = (state) => states.find((one) => one.state === state)?.count ?? 0;
      const link = (n, state) => (n === 0 ? '0' : element('a', { href: listOf({ kind, state }) }, number(n)));
      const oldest = states.map(({ oldestAt }) => oldestAt).sort((a, b) => Date.parse(a) - Date.parse(b))[0];
      return [
        chip(severityTone(severity), words.vi),
        element('a', { href: listOf({ owner }) }, ownerWord(owner)),
        element(
          'strong',
          {},
          link(
            states.reduce((sum, { count }) => sum + count, 0),
            '',
          ),
        ),
        link(countOf('confirmed'), 'confirmed'),
        link(countOf('repairing'), 'repairing'),
        link(countOf('evidence'), 'evidence'),
        link(countOf('ignored'), 'ignored'),
        elapsed(oldest),
      ];
    }),
  );
}
