/** @module The operator's first screen: what must be 0, what waits for a person, and how the systems do. */
import { chip, element } from './element.js';
import { meaningOf } from './failures.js';
import { listSection, number } from './list.js';
import { loadMovingIn, renderMovingIn } from './moving-in.js';
import { learnNames } from './names.js';
import { pausedNote } from './paused.js';
import { may, read, readAtMost } from './session.js';
import { asOf, clockTo, elapsed, moment } from './times.js';
import { DROPPED, droppedCells, notWaiting, PORTAL, WAITING, waitingCells } from './waiting.js';
import { destinationWord, healthState, modeWord, outOfStepWord } from './words.js';

export const title = () => 'Liên Thông';

/** The list shows the longest waiting; the figure above it counts all. */
const MOST_LISTED = 10;
const HALF_MINUTE = 30_000;
/** It looks at every dossier. */
const FIVE_MINUTES = 300_000;

const DIFFERENCES = '/v1/differences/counts';
const INCIDENTS = '/v1/incidents/counts';
const QUARANTINE = '/v1/quarantine/causes';
const CATALOGUES = '/v1/catalogues/differences/summary';
const SILENT = `/v1/destinations/${PORTAL}/silent`;

export async function load(_place, _before, signal) {
  const sometimes = (scope, path, atMost = HALF_MINUTE) => (may(scope) ? readAtMost(path, atMost, signal) : null);
  const [
    destinations,
    waiting,
    lost,
    differences,
    incidents,
    quarantine,
    silent,
    runs,
    connectors,
    subscriptions,
    catalogues,
  ] = await Promise.all([
    read('/v1/destinations', signal),
    read(`/v1/destinations/${PORTAL}/out-of-step?status=paused&limit=${MOST_LISTED}`, signal),
    sometimes('reconciliation.read', `/v1/differences?kind=pause-lost&limit=${MOST_LISTED}`, HALF_MINUTE),
    sometimes('reconciliation.read', DIFFERENCES),
    sometimes('incidents.read', INCIDENTS),
    sometimes('quarantine.read', QUARANTINE),
    sometimes('sync.read', SILENT, FIVE_MINUTES),
    sometimes('reconciliation.read', '/v1/reconciliations?limit=5'),
    sometimes('connectors.read', '/v1/connectors'),
    sometimes('subscriptions.read', '/v1/subscriptions'),
    sometimes('catalogues.read', CATALOGUES, FIVE_MINUTES),
  ]);
  const dropped = notWaiting(lost?.items ?? [], waiting.items);
  await learnNames({ agencies: [...waiting.items, ...dropped].map(({ agencyCode }) => agencyCode) }, signal);
  const portal = destinations.items.find(({ name }) => name === PORTAL);
  return {
    destinations: destinations.items,
    waiting: waiting.items,
    dropped,
    differences,
    incidents,
    quarantined: quarantine?.total ?? 0,
    silent: silent?.total ?? null,
    comparedAt: runs?.items.find(({ state }) => state === 'done')?.finishedAt ?? null,
    connectors: connectors?.items.filter(({ state }) => state !== 'not-connected') ?? [],
    subscriptions: subscriptions?.items ?? [],
    catalogues,
    movingIn: portal ? await loadMovingIn(portal, signal) : null,
  };
}

export function render(data) {
  const { destinations, waiting, dropped, movingIn } = data;
  const portal = destinations.find(({ name }) => name === PORTAL) ?? null;
  return [
    element('h1', {}, 'Tổng quan'),
    element('div', { class: 'tiles' }, tiles(data, portal)),
    element('div', { class: 'cards' }, destinations.map(destinationCard), systemsCard(data)),
    movingIn ? renderMovingIn(movingIn) : null,
    waiting.length === 0 && dropped.length > 0
      ? null
      : listSection({
          id: 'waiting',
          title: 'Tạm dừng chưa gửi được lên Cổng',
          aside: waiting.length > 0 ? 'lâu nhất trước' : null,
          items: waiting,
          total: portal?.pausesNotThere,
          columns: WAITING,
          cellsOf: waitingCells,
          nothing: 'Mọi tạm dừng đều đã gửi và được Cổng xác nhận.',
        }),
    dropped.length === 0
      ? null
      : listSection({
          id: 'dropped',
          title: 'Tạm dừng Cổng đã xác nhận nhưng không hiện',
          items: dropped,
          total: portal?.pausesLost,
          columns: DROPPED,
          cellsOf: droppedCells,
          nothing: '',
        }),
  ];
}

/** What must be 0 or needs a person, each leading to its list. */
function tiles({ differences, incidents, quarantined, silent, comparedAt }, portal) {
  return [
    portal === null ? null : pausesTile(portal),
    differences === null ? null : differencesTile(differences, comparedAt),
    tile({
      href: '#/cho-xu-ly',
      value: (portal?.blocked ?? 0) + quarantined,
      label: 'Chờ người xử lý',
      lines: [`${number(portal?.blocked ?? 0)} Cổng từ chối, ${number(quarantined)} chưa khớp`],
      source: ['Liên Thông đếm lúc ', asOf(QUARANTINE)],
    }),
    incidents === null ? null : incidentsTile(incidents),
    silent === null
      ? null
      : tile({
          href: '#/bo-quen',
          value: silent,
          label: 'Bị bỏ quên (phải bằng 0)',
          tone: silent > 0 ? 'bad' : 'good',
          lines: ['Đã nhận mà không gửi, không ai được báo'],
          source: ['Liên Thông đếm lúc ', asOf(SILENT)],
        }),
  ];
}

function pausesTile({ pausesNotThere, pausesLost, observed, compared, inStep, behind, retrying, blocked }) {
  const total = pausesNotThere + pausesLost;
  const sendsNothing = inStep + behind + retrying + blocked === 0 && observed + compared > 0;
  return tile({
    href: '#/lech?trang-thai=tam-dung',
    value: total,
    label: 'Tạm dừng chưa lên Cổng',
    tone: sendsNothing ? 'calm' : total > 0 ? 'bad' : 'good',
    lines: [
      sendsNothing
        ? 'Chưa gửi gì lên Cổng'
        : total === 0
          ? 'Phải bằng 0'
          : [
              pausesNotThere > 0 ? `${number(pausesNotThere)} chưa gửi được` : null,
              pausesNotThere > 0 && pausesLost > 0 ? ', ' : null,
              pausesLost > 0 ? `${number(pausesLost)} Cổng không giữ` : null,
            ],
    ],
    source: ['Liên Thông đếm lúc ', asOf('')],
  });
}

function differencesTile({ total, items }, comparedAt) {
  const evidence = sum(items.filter(({ state }) => state === 'evidence'));
  const oldest = items.map(({ oldestAt }) => oldestAt).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0];
  return tile({
    href: '#/sai-lech',
    value: total,
    label: 'Sai lệch đang có',
    tone: items.some(({ severity }) => severity === 'critical') || evidence > 0 ? 'bad' : total > 0 ? 'warn' : 'good',
    lines: [
      evidence > 0 ? `${number(evidence)} cần lập sự cố` : null,
      oldest ? ['Lâu nhất: ', elapsed(oldest)] : 'Hai bên khớp nhau',
    ],
    source:
      comparedAt === null ? 'Chưa có lần đối soát nào xong' : ['So với Cổng, đối soát xong lúc ', moment(comparedAt)],
  });
}

function incidentsTile({ open, late, notSent, nextDueAt }) {
  return tile({
    href: '#/su-co',
    value: open,
    label: 'Sự cố đang mở',
    tone: late > 0 ? 'bad' : open > 0 ? 'warn' : 'good',
    lines: [
      late > 0 ? `${number(late)} quá hạn trả lời` : null,
      notSent > 0 ? `${number(notSent)} chưa gửi nơi nào` : null,
      late === 0 && nextDueAt !== null ? ['Hạn trả lời gần nhất: ', clockTo(nextDueAt)] : null,
    ],
    source: ['Liên Thông đếm lúc ', asOf(INCIDENTS)],
  });
}

const sum = (items) => items.reduce((total, { count }) => total + count, 0);

function tile({ href, value, label, tone = value > 0 ? 'warn' : 'good', lines, source }) {
  return element(
    'a',
    { class: `tile ${tone}`, href },
    element('strong', {}, number(value)),
    element('span', { class: 'label' }, label),
    lines.filter((line) => line !== null).map((line) => element('span', {}, line)),
    element('small', {}, source),
  );
}

function destinationCard(destination) {
  const { name, oldestUnacknowledgedAt, behind, retrying, blocked, unknown, unverified, inStep } = destination;
  const { observed = 0, compared = 0 } = destination;
  const outOfStep = behind + retrying + blocked;
  // Of what is not sent, nothing can be out of step.
  const sendsNothing = outOfStep + inStep === 0 && observed + compared > 0;
  return element(
    'section',
    {
      class: `card ${blocked > 0 || destination.paused ? 'bad' : outOfStep > 0 ? 'warn' : 'good'}`,
      'aria-label': destinationWord(name),
    },
    element('header', {}, element('h2', {}, destinationWord(name)), connectionChip(destination)),
    element(
      'dl',
      { class: 'counts' },
      count('behind', behind, 'warn'),
      count('retrying', retrying, 'warn'),
      count('blocked', blocked, 'bad', '#/cho-xu-ly'),
      count('unknown', unknown, 'warn'),
      count('unverified', unverified, 'warn'),
      plain('Đã xác nhận', inStep),
      observed > 0 ? plain(modeWord('observe'), observed) : null,
      compared > 0 ? plain(modeWord('compare'), compared) : null,
    ),
    element(
      'p',
      { class: 'aside' },
      sendsNothing
        ? 'Không ghi gì lên Cổng. '
        : oldestUnacknowledgedAt === null
          ? 'Không có hồ sơ nào đang chờ. '
          : ['Chờ lâu nhất: ', elapsed(oldestUnacknowledgedAt), ', từ ', moment(oldestUnacknowledgedAt), '. '],
      'Số hồ sơ, Liên Thông đếm lúc ',
      asOf(''),
      '.',
    ),
    destination.paused ? pausedNote(destination.paused) : null,
  );
}

function connectionChip({ mode, breaker, paused }) {
  if (paused) return chip('bad', 'Đã ngừng gửi');
  if (mode !== 'send') return chip('calm', modeWord(mode));
  if (breaker === 'open') return chip('bad', 'Gián đoạn');
  if (breaker === 'half-open') return chip('warn', 'Đang thử lại');
  return chip('good', 'Đang kết nối');
}

const count = (state, value, tone, href = `#/lech?trang-thai=${state}`) =>
  element(
    'div',
    { class: value > 0 ? tone : 'none' },
    element('dt', {}, outOfStepWord(state)),
    element('dd', {}, element('a', { href }, number(value))),
  );

const plain = (label, value) => element('div', {}, element('dt', {}, label), element('dd', {}, number(value)));

/** Every connected system; those that need a look come first and by name. */
function systemsCard({ connectors, subscriptions, catalogues }) {
  if (connectors.length + subscriptions.length === 0) return null;
  const failing = connectors.filter(({ state }) => !['up', 'unknown', 'inbound'].includes(state));
  const well = connectors.filter(({ state }) => state === 'up').length;
  return element(
    'section',
    {
      class: `card ${failing.some(({ state }) => state === 'down') ? 'bad' : failing.length > 0 ? 'warn' : 'good'}`,
      'aria-label': 'Các hệ thống',
    },
    element('header', {}, element('h2', {}, element('a', { href: '#/he-thong' }, 'Các hệ thống'))),
    element(
      'ul',
      { class: 'systems' },
      failing.map(({ title: name, state }) => element('li', {}, chip(...healthState(state)), ` ${name.vi}`)),
      element('li', {}, chip('good', 'Đang kết nối'), ` ${number(well)} trên ${number(connectors.length)} hệ thống`),
      subscriptions.length > 0 ? element('li', { class: 'subscribers' }, subscribersLine(subscriptions)) : null,
      catalogues === null ? null : element('li', {}, cataloguesLine(catalogues)),
    ),
    element('p', { class: 'aside' }, 'Theo các cuộc gọi của Liên Thông, lúc ', asOf('/v1/connectors'), '.'),
  );
}

/** How the systems that are told of changes fare, and by name those that get nothing. */
function subscribersLine(subscriptions) {
  const failing = subscriptions.filter(({ failingSince, state }) => failingSince !== null || state === 'disabled');
  const paused = subscriptions.filter(({ state }) => state === 'paused').length;
  return [
    failing.length > 0 ? chip('bad', 'Không gửi được') : chip('good', 'Nhận thay đổi'),
    ` ${subscriptions.length} nơi nhận`,
    paused > 0 ? `, ${paused} tạm ngừng` : null,
    failing.map(({ name, waiting, lastError }) => [
      '; ',
      element('strong', {}, name),
      `: còn ${number(waiting)} thay đổi`,
      lastError ? ` (${meaningOf(lastError) ?? lastError})` : null,
    ]),
  ];
}

/** What differs of the catalogues, and dossiers with a system that does not resolve their procedure. */
function cataloguesLine({ open, misrouted }) {
  const link = (n, words) => element('a', { href: '#/danh-muc' }, `${number(n)} ${words}`);
  return [
    chip(misrouted.open > 0 ? 'bad' : open > 0 ? 'warn' : 'good', 'Danh mục'),
    ' ',
    link(open, 'sai lệch'),
    ', ',
    link(misrouted.open, 'hồ sơ ở sai hệ thống'),
  ];
}
