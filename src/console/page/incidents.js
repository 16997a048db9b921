/** @module Incidents, newest first: about what, who was told, whose answer is awaited until when, and what is overdue. */
import { chip, element } from './element.js';
import { codeLink, listSection, nextPart, number } from './list.js';
import { readAtMost, readPart } from './session.js';
import { asOf, clockTo, dayOf, moment } from './times.js';
import { partyState } from './words.js';

export const title = () => 'Sự cố – Liên Thông';
export const every = 30_000;

const MOST = 50;
const MOST_CODES = 3;
const COUNTS = '/v1/incidents/counts';
const SHOWN = { '': 'state=open&', 'qua-han': 'late=true&', 'da-dong': 'state=closed&' };

export async function load({ filter }, _before, signal) {
  const which = Object.hasOwn(SHOWN, filter.get('loc') ?? '') ? (filter.get('loc') ?? '') : '';
  const cursor = filter.get('sau') ? `&cursor=${encodeURIComponent(filter.get('sau'))}` : '';
  const [counts, { items, next }] = await Promise.all([
    readAtMost(COUNTS, every, signal),
    readPart(`/v1/incidents?${SHOWN[which]}limit=${MOST}${cursor}`, signal),
  ]);
  return { which, counts, items, next: next === null ? null : `#/su-co?loc=${which}&sau=${next}` };
}

export function render({ which, counts, items, next }) {
  const choice = (loc, word) =>
    element(
      'a',
      { href: loc === '' ? '#/su-co' : `#/su-co?loc=${loc}`, 'aria-current': loc === which ? 'true' : null },
      word,
    );
  return [
    element('h1', {}, 'Sự cố'),
    element(
      'p',
      { class: 'choices' },
      choice('', `Đang mở (${number(counts.open)})`),
      choice('qua-han', `Quá hạn trả lời (${number(counts.late)})`),
      choice('da-dong', 'Đã đóng'),
    ),
    element('p', { class: 'aside' }, 'Liên Thông ghi; đếm lúc ', asOf(COUNTS), '.'),
    listSection({
      id: 'incidents',
      title: 'Danh sách',
      aside: items.length > 0 ? 'mới nhất trước' : null,
      items,
      columns: ['Số', 'Về việc', 'Hồ sơ', 'Mở lúc', 'Các bên'],
      cellsOf,
      nothing: 'Không có sự cố nào.',
    }),
    nextPart(next),
  ];
}

const cellsOf = ({ number: name, title: about, differences, parties, openedAt, openedBy }) => [
  element('a', { class: 'code', href: `#/su-co/${encodeURIComponent(name)}` }, name),
  about,
  [
    differences.slice(0, MOST_CODES).map(({ dossierCode }) => element('p', {}, codeLink(dossierCode))),
    differences.length > MOST_CODES
      ? element('p', { class: 'aside' }, `và ${number(differences.length - MOST_CODES)} sai lệch khác`)
      : null,
  ],
  [moment(openedAt), element('p', { class: 'aside' }, openedBy)],
  element(
    'ul',
    { class: 'parties' },
    parties.map((party) => element('li', {}, clockOf(party), ` ${party.name}`)),
  ),
];

/** How the clock of a party stands, in a chip and words. */
export function clockOf({ state, dueAt, answeredAt }) {
  return [
    chip(...partyState(state)),
    state === 'waiting' || state === 'late' ? element('span', { class: 'aside' }, ` ${clockTo(dueAt)}`) : null,
    state === 'answered' ? element('span', { class: 'aside' }, ` ${dayOf(answeredAt)}`) : null,
  ];
}
