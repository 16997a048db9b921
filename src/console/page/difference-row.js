/** @module One difference as a row: both sides, since when, whose turn it is, what was decided, and how it is mended. */
import { call, command, lienthong } from './commands.js';
import { chip, element } from './element.js';
import { failure } from './failures.js';
import { agencyWords, codeLink, number, procedureWords } from './list.js';
import { may } from './session.js';
import { elapsed, moment } from './times.js';
import {
  channelWord,
  differenceState,
  ownerWord,
  paymentWord,
  portalStatusWord,
  severityTone,
  sideWord,
  sourceWord,
  statusWord,
} from './words.js';

export const DIFFERENCE = ['Mã hồ sơ', 'Sai lệch', 'Liên Thông ghi', 'Cổng hiện', 'Thấy từ', 'Tình trạng'];

export const differenceCells = (difference) => [
  [codeLink(difference.dossierCode), element('p', { class: 'aside' }, agencyWords(difference.agencyCode))],
  [
    chip(severityTone(difference.severity), difference.title.vi),
    element('p', { class: 'aside' }, `Bên xử lý: ${ownerWord(difference.owner)}`),
  ],
  sideWords(difference.ours),
  [sideWords(difference.theirs), element('p', { class: 'aside' }, 'đọc lúc ', moment(difference.lastSeenAt))],
  [elapsed(difference.firstSeenAt), element('p', { class: 'aside' }, moment(difference.firstSeenAt))],
  [stateOf(difference), mending(difference)],
];

/** Names that the rows of these differences show. */
export const namesIn = (differences) => ({
  agencies: differences.map(({ agencyCode }) => agencyCode),
  procedures: differences.flatMap(({ ours, theirs }) => [ours?.procedureCode, theirs?.procedureCode]),
});

/** What a side shows: statuses are the portal's own on both, for they are compared as it would show them. */
function sideWords(side) {
  if (side === null) return '–';
  const { status, appointmentAt, ...rest } = side;
  const parts = [];
  if (status !== undefined && status !== null)
    parts.push(/^\d+$/.test(status) ? portalStatusWord(status) : statusWord(status));
  if (appointmentAt) parts.push(moment(appointmentAt));
  for (const [name, value] of Object.entries(rest))
    if (value !== null && value !== '' && value !== false) parts.push(memberWords(name, value));
  return parts.length === 0 ? '–' : parts.map((part) => element('p', {}, part));
}

function memberWords(name, value) {
  if (name === 'channel') return channelWord(value);
  if (name === 'state') return paymentWord(value);
  if (name === 'amount' || name === 'settled') return `${sideWord(name)}: ${number(value)} đồng`;
  if (name === 'system' || name === 'systems') return `${sideWord(name)}: ${[value].flat().map(sourceWord).join(', ')}`;
  if (name === 'procedureCode') return procedureWords(value);
  if (name.endsWith('At')) return [`${sideWord(name)}: `, moment(value)];
  return `${sideWord(name)}: ${Array.isArray(value) ? value.join(', ') : value}`;
}

function stateOf({ state, cause, repairs, decidedBy, decidedReason, ignoredUntil, repairedAt }) {
  return [
    chip(...differenceState(state)),
    repairs > 0 && state !== 'repaired' ? element('span', { class: 'aside' }, ` đã gửi lại ${repairs} lần`) : null,
    repairedAt === null ? null : element('p', { class: 'aside' }, 'lúc ', moment(repairedAt)),
    cause ? failure(cause) : null,
    decidedReason ? element('p', { class: 'aside' }, `${decidedBy}: ${decidedReason}`) : null,
    state === 'ignored' && ignoredUntil ? element('p', { class: 'aside' }, 'đến ', moment(ignoredUntil)) : null,
  ];
}

const OVER = new Set(['found', 'repaired', 'closed']);

/** What may be done about it, as commands, and its evidence to download. */
function mending({ id, state, repairable }) {
  if (OVER.has(state)) return null;
  const reason = 'Đã kiểm tra trên Cổng';
  return element(
    'details',
    { id: `mend-${id}` },
    element('summary', {}, 'Cách xử lý'),
    repairable
      ? command(
          'Đồng bộ lại',
          lienthong('reconcile', 'repair', String(id), '--author', 'ten.can.bo', '--reason', reason),
          call(`differences/${id}/repair`, { reason }),
        )
      : element('p', {}, 'Loại này không tự khắc phục được: bên xử lý phải sửa.'),
    may('incidents.read')
      ? element('p', {}, element('a', { href: `/v1/differences/${id}/evidence` }, 'Tải hồ sơ chứng minh (ZIP)'))
      : null,
    command(
      'Mở sự cố',
      lienthong('incident', 'open', String(id), '--author', 'ten.can.bo', '--reason', 'Đã gửi lại, Cổng vẫn chưa hiện'),
      call('incidents', { differences: [id], reason: 'Đã gửi lại, Cổng vẫn chưa hiện' }),
    ),
  );
}
