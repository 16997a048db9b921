/** @module One incident: its parties with their clocks, the differences, what was said, and its evidence packs to download. */
import { call, command, lienthong } from './commands.js';
import { chip, element } from './element.js';
import { clockOf } from './incidents.js';
import { codeLink, listSection, number } from './list.js';
import { read } from './session.js';
import { moment } from './times.js';
import { channelOfMessage, messageWord } from './words.js';

export const title = ({ what }) => `${what} – Liên Thông`;
/** Each reading is kept in the access log: a screen left open must not fill it. */
export const every = null;

export async function load({ what }, _before, signal) {
  const number = encodeURIComponent(what);
  const [incident, packs] = await Promise.all([
    read(`/v1/incidents/${number}`, signal),
    read(`/v1/evidence-packs?incident=${number}`, signal),
  ]);
  return { incident, packs: packs.items };
}

export function render({ incident, packs }) {
  const { number: name, title: about, state, differences, parties, messages } = incident;
  return [
    element('p', { class: 'back' }, element('a', { href: '#/su-co' }, '← Sự cố')),
    element(
      'div',
      { class: 'heading' },
      element('h1', {}, `${name}: ${about}`),
      state === 'open' ? chip('warn', 'Đang mở') : chip('ended', 'Đã đóng'),
    ),
    element(
      'dl',
      { class: 'facts' },
      fact('Mở lúc', moment(incident.openedAt), under(incident.openedBy)),
      fact('Lý do mở', incident.openedReason),
      state === 'closed' ? fact('Đóng lúc', moment(incident.closedAt), under(incident.closedBy)) : null,
      state === 'closed' ? fact('Lý do đóng', incident.closedReason) : null,
    ),
    listSection({
      id: 'parties',
      title: 'Các bên',
      items: parties,
      columns: ['Bên', 'Liên hệ', 'Đã gửi', 'Hạn trả lời', 'Trả lời', 'Đồng hồ'],
      cellsOf: partyCells,
      nothing: 'Không có bên nào.',
    }),
    downloads(incident, packs),
    listSection({
      id: 'differences',
      title: 'Sai lệch',
      items: differences,
      columns: ['Mã hồ sơ', 'Số sai lệch'],
      cellsOf: ({ id, dossierCode }) => [codeLink(dossierCode), String(id)],
      nothing: 'Không có sai lệch nào.',
    }),
    listSection({
      id: 'messages',
      title: 'Các bước và trao đổi',
      items: messages,
      columns: ['Lúc', 'Việc', 'Nội dung', 'Người ghi'],
      cellsOf: (message) => messageCells(message, parties),
      nothing: 'Chưa ghi gì.',
    }),
    state === 'open' ? commands(name, parties) : null,
  ];
}

const fact = (label, ...values) => element('div', {}, element('dt', {}, label), element('dd', {}, values));
const under = (text) => element('span', { class: 'aside' }, text);
const momentOr = (time, otherwise) => (time === null ? otherwise : moment(time));

const partyCells = (party) => [
  party.name,
  Object.values(party.contact).map((line) => element('p', { class: 'aside' }, line)),
  momentOr(party.sentAt, 'Chưa gửi'),
  party.dueAt === null ? `${number(party.answerWorkingDays)} ngày làm việc từ khi gửi` : moment(party.dueAt),
  momentOr(party.answeredAt, '–'),
  clockOf(party),
];

/** Packs that were made, each to be had again as it was, and the newest to be made. */
const downloads = ({ number: name, attachments }, packs) =>
  element(
    'section',
    { 'aria-labelledby': 'packs' },
    element('h2', { id: 'packs' }, 'Hồ sơ chứng minh lỗi'),
    element(
      'ul',
      { class: 'downloads' },
      element(
        'li',
        {},
        element(
          'a',
          { href: `/v1/incidents/${encodeURIComponent(name)}/evidence` },
          'Tải hồ sơ chứng minh mới nhất (ZIP)',
        ),
      ),
      packs.map(({ file, madeAt, madeBy, bytes, sha256 }) =>
        element(
          'li',
          {},
          element('a', { href: file }, 'Bộ lập lúc ', moment(madeAt)),
          ` ${size(bytes)}, ${madeBy} lập `,
          element('span', { class: 'aside' }, `SHA-256 ${sha256.slice(0, 16)}…`),
        ),
      ),
      attachments.map(({ url, fileName, bytes, addedBy }) =>
        element('li', {}, element('a', { href: url }, fileName), ` ${size(bytes)}, ${addedBy} đính kèm`),
      ),
    ),
  );

const size = (bytes) => `${number(Math.ceil(bytes / 1024))} KB`;

function messageCells({ at, kind, party, channel, reference, words, notedBy }, parties) {
  const whom = parties.find((one) => one.party === party)?.name ?? party;
  return [
    moment(at),
    [
      messageWord(kind),
      whom === null ? null : element('p', {}, whom),
      channel === null
        ? null
        : element('p', { class: 'aside' }, [channelOfMessage(channel), reference ? ` ${reference}` : null]),
    ],
    words,
    notedBy,
  ];
}

function commands(name, parties) {
  const untold = parties.find(({ state }) => state === 'not-sent') ?? parties[0];
  const awaited = parties.find(({ state }) => state === 'late' || state === 'waiting');
  const author = ['--author', 'ten.can.bo'];
  const sent = 'Gửi hồ sơ chứng minh lỗi';
  const answer = 'Đã khắc phục';
  const reason = 'Cổng đã khắc phục';
  return element(
    'section',
    { 'aria-labelledby': 'acts' },
    element('h2', { id: 'acts' }, 'Lệnh'),
    command(
      `Ghi đã gửi ${untold.name}: đồng hồ trả lời bắt đầu chạy`,
      lienthong('incident', 'sent', name, untold.party, sent, '--channel', 'document', ...author),
      call(`incidents/${name}/messages`, { kind: 'sent', party: untold.party, channel: 'document', words: sent }),
    ),
    awaited
      ? command(
          `Ghi ${awaited.name} đã trả lời`,
          lienthong('incident', 'answered', name, awaited.party, answer, ...author),
          call(`incidents/${name}/messages`, { kind: 'answered', party: awaited.party, words: answer }),
        )
      : null,
    command(
      'Đóng sự cố',
      lienthong('incident', 'close', name, ...author, '--reason', reason),
      call(`incidents/${name}/close`, { reason }),
    ),
  );
}
