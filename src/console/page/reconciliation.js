/** @module Both sides compared: the newest runs, what differs, what the destination refuses, and what was left behind. */
import { chip, element } from './element.js';
import { read } from './session.js';
import { moment } from './times.js';
import { portalStatusWord } from './words.js';

const PORTAL = 'national-portal';
const MOST_RUNS = 10;
const MOST_LISTED = 100;

/** Everything the view shows. */
export async function loadReconciliation(signal) {
  const [runs, differences, blocked, silent] = await Promise.all([
    read(`/v1/reconciliations?limit=${MOST_RUNS}`, signal),
    read(`/v1/differences?limit=${MOST_LISTED}`, signal),
    read(`/v1/destinations/${PORTAL}/blocked`, signal),
    read(`/v1/destinations/${PORTAL}/silent`, signal),
  ]);
  return { runs: runs.items, differences: differences.items, blocked: blocked.items, silent };
}

export function renderReconciliation({ runs, differences, blocked, silent }) {
  return [
    element('h1', {}, 'Đối soát'),
    element(
      'p',
      { class: 'subscribers' },
      silent.total === 0 ? chip('good', 'Không hồ sơ nào bị bỏ quên') : chip('bad', `${silent.total} hồ sơ bị bỏ quên`),
      silent.items.slice(0, MOST_RUNS).map(({ dossierCode }) => [' ', codeLink(dossierCode)]),
    ),
    section('runs', 'Các lần đối soát', runs, RUN_COLUMNS, runCells, 'Chưa có lần đối soát nào.'),
    section('differences', 'Sai lệch đang có', differences, DIFFERENCE_COLUMNS, differenceCells, 'Hai bên khớp nhau.'),
    section('blocked', 'Cổng từ chối', blocked, BLOCKED_COLUMNS, blockedCells, 'Không có hồ sơ nào bị chặn.'),
  ];
}

const section = (id, title, items, columns, cellsOf, nothing) =>
  element(
    'section',
    {},
    element('h2', { id }, title, element('span', { class: 'aside' }, items.length > 0 ? String(items.length) : null)),
    items.length === 0 ? element('p', { class: 'empty' }, nothing) : table(id, items, columns, cellsOf),
  );

const table = (id, items, columns, cellsOf) =>
  element(
    'div',
    { class: 'scroll', role: 'region', 'aria-labelledby': id, tabindex: '0' },
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
            cellsOf(item).map((cell, n) => element('td', { role: 'cell', 'data-label': columns[n] }, cell)),
          ),
        ),
      ),
    ),
  );

const codeLink = (code) => element('a', { class: 'code', href: `#/ho-so/${encodeURIComponent(code)}` }, code);
const number = (n) => n.toLocaleString('vi-VN');

const RUN_COLUMNS = ['Bắt đầu', 'Phạm vi', 'Cách biết phía Cổng', 'Đã so', 'Sai lệch', 'Trạng thái'];
const WAYS = { listing: 'Danh sách của Cổng', 'by-code': 'Hỏi từng mã', export: 'Tệp kết xuất' };
const RUN_STATES = {
  running: ['warn', 'Đang chạy'],
  done: ['good', 'Xong'],
  cancelled: ['calm', 'Đã dừng'],
  failed: ['bad', 'Lỗi'],
};

function runCells(run) {
  const found = Object.values(run.differences).reduce((sum, n) => sum + n, 0);
  return [
    moment(run.requestedAt),
    [`${run.from} – ${run.to}`, run.agencyCode === null ? null : element('p', { class: 'aside' }, run.agencyCode)],
    run.way === null ? '–' : WAYS[run.way],
    [
      number(run.compared),
      run.unchecked > 0 ? element('p', { class: 'aside' }, `chưa xét ${number(run.unchecked)}`) : null,
    ],
    number(found),
    [
      chip(...RUN_STATES[run.state]),
      run.state === 'running' ? element('span', { class: 'aside' }, ` ${Math.round(run.progress * 100)} %`) : null,
      run.error === null ? null : element('p', { class: 'aside' }, run.error),
    ],
  ];
}

const DIFFERENCE_COLUMNS = ['Mã hồ sơ', 'Sai lệch', 'Bên mình', 'Phía Cổng', 'Thấy từ', 'Tình trạng'];
const DIFFERENCE_STATES = {
  confirmed: ['warn', 'Chờ xử lý'],
  repairing: ['warn', 'Đang khắc phục'],
  evidence: ['bad', 'Cần lập sự vụ'],
  ignored: ['calm', 'Tạm bỏ qua'],
};
const SEVERITIES = { critical: 'bad', high: 'bad', medium: 'warn', low: 'calm' };

const differenceCells = ({ dossierCode, title, severity, ours, theirs, firstSeenAt, state, cause, decidedReason }) => [
  codeLink(dossierCode),
  chip(SEVERITIES[severity], title.vi),
  sideWords(ours),
  sideWords(theirs),
  moment(firstSeenAt),
  [
    chip(...(DIFFERENCE_STATES[state] ?? ['calm', state])),
    cause ? element('p', { class: 'aside' }, cause) : null,
    decidedReason ? element('p', { class: 'aside' }, decidedReason) : null,
  ],
];

/** A status is the portal's own on both sides, for they are compared as it would show them. */
function sideWords(side) {
  if (side === null) return '–';
  const { status, appointmentAt } = side;
  if (appointmentAt) return moment(appointmentAt);
  if (status !== undefined && status !== null) return portalStatusWord(status);
  return Object.values(side).filter(Boolean).join(', ') || '–';
}

const BLOCKED_COLUMNS = ['Mã hồ sơ', 'Bị chặn từ', 'Lời của Cổng', 'Nên làm'];

const blockedCells = ({ dossierCode, blockedAt, reason, suggestion }) => [
  codeLink(dossierCode),
  moment(blockedAt),
  reason,
  suggestion.vi,
];
