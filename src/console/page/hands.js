/** @module What waits for a person: what the portal refuses and what could not be applied, by cause, with what mends it. */
import { call, command, lienthong } from './commands.js';
import { chip, element } from './element.js';
import { failure, meaningOf } from './failures.js';
import { codeLink, number, table } from './list.js';
import { may, read } from './session.js';
import { asOf, elapsed, moment } from './times.js';
import { PORTAL } from './waiting.js';
import { sourceWord } from './words.js';

export const title = () => 'Chờ xử lý – Liên Thông';
export const every = 15_000;

const MOST_QUARANTINED = 200;

export async function load(_place, _before, signal) {
  const [blocked, causes, { items }] = await Promise.all([
    may('sync.read') ? read(`/v1/destinations/${PORTAL}/blocked`, signal) : { total: 0, causes: [], items: [] },
    read('/v1/quarantine/causes', signal),
    read(`/v1/quarantine?limit=${MOST_QUARANTINED}`, signal),
  ]);
  return { blocked, causes, quarantined: items };
}

export const render = ({ blocked, causes, quarantined }) => [
  element('h1', {}, 'Chờ xử lý'),
  element(
    'p',
    { class: 'aside' },
    'Trang này chỉ để xem: chép lệnh và chạy trên máy có quyền ($T là mã truy cập của cán bộ). Liên Thông đếm lúc ',
    asOf(''),
    '.',
  ),
  group(
    'refused',
    'Cổng từ chối (bị chặn)',
    blocked.total,
    'Cổng không từ chối hồ sơ nào.',
    blocked.causes.map((cause, n) => refused(cause, n, blocked.items)),
  ),
  blocked.total > 0 ? command('Thử lại tất cả hồ sơ bị chặn', ...retryBlocked({ all: true })) : null,
  group(
    'unmatched',
    'Chưa khớp (chưa áp dụng được)',
    causes.total,
    'Mọi thông tin gửi đến đều đã áp dụng được.',
    causes.items.map((cause, n) => unmatched(cause, n, quarantined)),
  ),
];

const group = (id, heading, total, none, cards) =>
  element(
    'section',
    { 'aria-labelledby': id },
    element('h2', { id }, heading, element('span', { class: 'aside' }, total > 0 ? number(total) : null)),
    cards.length === 0 ? element('p', { class: 'empty' }, none) : cards,
  );

/** One cause: what it is, how many, since when, what to do, and the items behind it. */
const card = ({ id, heading, tone, count, since, said, suggestion, commands, list }) =>
  element(
    'article',
    { class: `card cause ${tone}`, 'aria-labelledby': id },
    element(
      'header',
      {},
      element('h3', { id }, heading),
      chip(tone, `${number(count)} mục`),
      element('span', { class: 'aside' }, 'lâu nhất: ', elapsed(since), ', từ ', moment(since)),
    ),
    said,
    element('p', {}, element('strong', {}, 'Nên làm: '), suggestion),
    commands,
    element('details', { id: `${id}-items` }, element('summary', {}, `Xem danh sách (${number(count)})`), list),
  );

const AUTHOR = ['--author', 'ten.can.bo'];

function retryBlocked({ cause, all = false }) {
  const reason = 'Đã sửa nguyên nhân';
  return [
    lienthong('destination', 'retry', ...(all ? ['--all'] : ['--cause', cause]), ...AUTHOR, '--reason', reason),
    call(`destinations/${PORTAL}/blocked/retry`, { ...(all ? {} : { cause }), reason }),
  ];
}

function refused({ cause, dossiers, suggestion }, n, items) {
  const mine = items.filter(({ reason }) => reason === cause);
  const id = `refused-${n}`;
  return card({
    id,
    heading: meaningOf(cause) ?? 'Cổng từ chối',
    tone: 'bad',
    count: dossiers,
    since: mine[0]?.blockedAt ?? Date.now(),
    said: element('p', {}, 'Lời của Cổng: ', element('q', {}, cause)),
    suggestion: suggestion.vi,
    commands: command('Thử lại mọi hồ sơ cùng nguyên nhân', ...retryBlocked({ cause })),
    list: table(id, mine, ['Mã hồ sơ', 'Bị chặn từ', 'Đã thử'], ({ dossierCode, blockedAt, attempts }) => [
      codeLink(dossierCode),
      moment(blockedAt),
      `${number(attempts)} lần`,
    ]),
  });
}

function unmatched({ cause, source, count, retryable, oldestAt, title: words, suggestion }, n, items) {
  const mine = items.filter((item) => item.reason === cause && item.source === source);
  const id = `unmatched-${n}`;
  const reason = 'Đã sửa nguyên nhân';
  return card({
    id,
    heading: words.vi,
    tone: 'warn',
    count,
    since: oldestAt,
    said: element('p', {}, `Do ${sourceWord(source)} gửi đến.`),
    suggestion: suggestion.vi,
    commands:
      retryable === 0
        ? element('p', { class: 'aside' }, 'Không thử lại được: bản gốc được giữ để xem.')
        : command(
            'Thử lại mọi mục cùng nguyên nhân',
            lienthong('quarantine', 'retry', '--cause', cause, '--source', source, ...AUTHOR, '--reason', reason),
            call('quarantine/retry', { cause, source, reason }),
          ),
    list: [
      table(id, mine, ['Số', 'Nhận lúc', 'Hồ sơ', 'Chi tiết'], ({ id: item, at, dossierRef, detail }) => [
        number(item),
        moment(at),
        dossierRef === null ? '–' : codeLink(dossierRef),
        failure(detail),
      ]),
      mine.length > 0
        ? command(
            'Loại bỏ một mục (thay số của mục)',
            lienthong(
              'quarantine',
              'discard',
              String(mine[0].id),
              ...AUTHOR,
              '--reason',
              'Hệ thống gửi đã gửi lại bản đúng',
            ),
            call(`quarantine/${mine[0].id}/discard`, { reason: 'Hệ thống gửi đã gửi lại bản đúng' }),
          )
        : null,
    ],
  });
}
