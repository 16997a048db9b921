/** @module One reconciliation: scope, progress and time left, what was found, repaired and stays open, by kind and one by one. */
import { call, command, lienthong } from './commands.js';
import { DIFFERENCE, differenceCells, namesIn } from './difference-row.js';
import { chip, element } from './element.js';
import { failure } from './failures.js';
import { codeLink, listSection, number } from './list.js';
import { learnNames } from './names.js';
import { meansOf, outcomeOf, periodOf, progressOf, scopeOf, stateChip, wayWord } from './run-words.js';
import { may, read, readPart } from './session.js';
import { moment } from './times.js';
import { differenceState, uncheckedWord } from './words.js';

export const title = () => 'Một lần đối soát – Liên Thông';

const MOST = 100;
const MOST_UNCHECKED = 50;

export async function load({ what, filter }, _before, signal) {
  const path = `/v1/reconciliations/${encodeURIComponent(what)}`;
  const query = new URLSearchParams({ limit: MOST });
  for (const [name, word] of Object.entries({ kind: 'loai', state: 'tinh-trang', cursor: 'sau' }))
    if (filter.get(word)) query.set(name, filter.get(word));
  const run = await read(path, signal);
  const [{ items, next }, unchecked] = await Promise.all([
    readPart(`${path}/differences?${query}`, signal),
    run.unchecked > 0 ? read(`${path}/unchecked?limit=${MOST_UNCHECKED}`, signal) : { items: [] },
  ]);
  const names = namesIn(items);
  await learnNames(
    { agencies: [run.agencyCode, ...names.agencies], procedures: [run.procedureCode, ...names.procedures] },
    signal,
  );
  const part = new URLSearchParams(filter);
  part.set('sau', next ?? '');
  return {
    run,
    items,
    unchecked: unchecked.items,
    isFiltered: query.size > 1,
    next: next === null ? null : `#/doi-soat/${run.id}?${part}`,
  };
}

export function render({ run, items, unchecked, isFiltered, next }) {
  const { found, repaired, open } = outcomeOf(run);
  return [
    element('p', { class: 'back' }, element('a', { href: '#/doi-soat' }, '← Đối soát')),
    element(
      'div',
      { class: 'heading' },
      element('h1', {}, `Đối soát ${periodOf(run)}`),
      stateChip(run),
      progressOf(run),
    ),
    run.error === null ? null : element('div', { class: 'note' }, failure(run.error)),
    element(
      'dl',
      { class: 'facts' },
      fact('Phạm vi', scopeOf(run)),
      fact('Biết phía Cổng qua', wayWord(run.way)),
      fact('Cách làm', meansOf(run)),
      fact('Người yêu cầu', run.requestedBy),
      fact('Bắt đầu', moment(run.requestedAt)),
      fact('Kết thúc', run.finishedAt === null ? 'Chưa xong' : moment(run.finishedAt)),
    ),
    element(
      'dl',
      { class: 'facts figures-of-run' },
      fact('Đã so', number(run.compared)),
      fact('Khớp', number(run.inStep)),
      fact('Đang gửi, để đồng bộ lo', number(run.moving)),
      fact('Chưa xét', number(run.unchecked)),
      fact('Sai lệch tìm thấy', link(run, found, '')),
      fact('Đã khắc phục', link(run, repaired, 'repaired')),
      fact('Còn lại', number(open)),
    ),
    byState(run),
    listSection({
      id: 'differences',
      title: isFiltered ? 'Sai lệch theo bộ lọc' : 'Sai lệch tìm thấy',
      aside: isFiltered ? element('a', { href: `#/doi-soat/${run.id}` }, 'Bỏ lọc') : null,
      items,
      total: isFiltered || next !== null ? items.length : found,
      columns: DIFFERENCE,
      cellsOf: differenceCells,
      nothing: 'Không có sai lệch nào.',
    }),
    next === null ? null : element('p', {}, element('a', { id: 'next-part', href: next }, 'Xem tiếp →')),
    unchecked.length === 0
      ? null
      : listSection({
          id: 'unchecked',
          title: 'Hồ sơ chưa xét',
          items: unchecked,
          total: run.unchecked,
          columns: ['Mã hồ sơ', 'Vì sao', 'Kết thúc lúc', 'Gửi lần cuối'],
          cellsOf: ({ dossierCode, reason, finishedAt, deliveredAt }) => [
            codeLink(dossierCode),
            uncheckedWord(reason),
            finishedAt === null ? '–' : moment(finishedAt),
            deliveredAt === null ? '–' : moment(deliveredAt),
          ],
          nothing: '',
        }),
    reports(run),
    run.state === 'running' ? stopping(run) : null,
  ];
}

const fact = (label, ...values) => element('div', {}, element('dt', {}, label), element('dd', {}, values));

const link = ({ id }, n, state, kind = '') => {
  if (n === 0) return '0';
  const query = new URLSearchParams({ ...(kind && { loai: kind }), ...(state && { 'tinh-trang': state }) });
  return element('a', { href: `#/doi-soat/${id}${query.size > 0 ? `?${query}` : ''}` }, number(n));
};

/** What became of what it found, each number leading to its list. */
const byState = (run) =>
  Object.keys(run.states).length === 0
    ? null
    : element(
        'ul',
        { class: 'chips', 'aria-label': 'Tình trạng của các sai lệch' },
        Object.entries(run.states).map(([state, n]) =>
          element('li', {}, chip(...differenceState(state)), ' ', link(run, n, state)),
        ),
      );

const reports = ({ id }) =>
  may('reports.read')
    ? element(
        'p',
        {},
        'Tải báo cáo: ',
        ['pdf', 'xlsx', 'csv', 'json'].map((format, n) => [
          n > 0 ? ', ' : null,
          element('a', { href: `/v1/reconciliations/${id}/report.${format}` }, format.toUpperCase()),
        ]),
      )
    : null;

const stopping = ({ id }) =>
  command(
    'Dừng lần đối soát này (những gì đã tìm thấy vẫn còn)',
    lienthong('reconcile', 'cancel', id, '--author', 'ten.can.bo', '--reason', 'Cổng đang bảo trì'),
    call(`reconciliations/${id}/cancel`, { reason: 'Cổng đang bảo trì' }),
  );
