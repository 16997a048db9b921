/** @module Lists as every page shows them: a table on a desk, cards on a phone; and links to what a row is about. */
import { element } from './element.js';
import { agencyName, procedureName } from './names.js';

export const number = (n) => n.toLocaleString('vi-VN');

/** A link to the page of a dossier. */
export const codeLink = (code) => element('a', { class: 'code', href: `#/ho-so/${encodeURIComponent(code)}` }, code);

/** An agency by its name, with its code; by the code alone where the catalogue does not know it. */
export const agencyWords = (code) => named(code, agencyName);
export const procedureWords = (code) => named(code, procedureName);

function named(code, nameOf) {
  if (code === null || code === undefined) return '–';
  const name = nameOf(code);
  return name === null ? code : [name, element('span', { class: 'aside under' }, code)];
}

/**
 * A section with a heading, how many there are, and the table, or the words for none.
 *
 * @param total how many there are in all, where the list shows fewer
 */
export function listSection({ id, title, aside = null, items, total = items.length, columns, cellsOf, nothing }) {
  return element(
    'section',
    {},
    element(
      'h2',
      { id },
      title,
      element('span', { class: 'aside' }, total > 0 ? number(total) : null, aside === null ? null : [' ', aside]),
    ),
    items.length === 0 ? element('p', { class: 'empty' }, nothing) : table(id, items, columns, cellsOf),
    total > items.length && items.length > 0
      ? element('p', { class: 'aside' }, `Đang hiện ${number(items.length)} trên ${number(total)}.`)
      : null,
  );
}

/** Cells that a phone has no room for. */
const NOTHING = new Set(['0', '–']);

/** @param id of the heading that names the table */
export const table = (id, items, columns, cellsOf) =>
  element(
    'div',
    { class: 'scroll', role: 'region', 'aria-labelledby': id, tabindex: '0', id: `${id}-list` },
    element(
      'table',
      { class: 'list', role: 'table' },
      element(
        'thead',
        { role: 'rowgroup' },
        element(
          'tr',
          { role: 'row' },
          columns.map((column) => element('th', { scope: 'col', role: 'columnheader' }, column)),
        ),
      ),
      element(
        'tbody',
        { role: 'rowgroup' },
        items.map((item) =>
          element(
            'tr',
            { role: 'row' },
            cellsOf(item).map((cell, n) =>
              element(
                'td',
                { role: 'cell', class: NOTHING.has(cell) ? 'nothing' : null, 'data-label': columns[n] },
                cell,
              ),
            ),
          ),
        ),
      ),
    ),
  );

/** The next part of a list that is read by cursor. @param next its address; null: there is none */
export const nextPart = (next) =>
  next === null ? null : element('p', {}, element('a', { id: 'next-part', href: next }, 'Xem tiếp →'));
