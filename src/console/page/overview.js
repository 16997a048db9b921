/** @module What is out of step, per destination, and the pauses that the portal does not show yet. */
import { chip, element } from './element.js';
import { loadMovingIn, renderMovingIn } from './moving-in.js';
import { may, read } from './session.js';
import { elapsed, moment } from './times.js';
import { destinationWord, modeWord, reasonWord, syncState } from './words.js';

const PORTAL = 'national-portal';
/** The list shows the longest waiting; the figure above it counts all. */
const MOST_LISTED = 50;

/** Everything the view shows. */
export async function loadOverview(signal) {
  const [destinations, waiting, subscriptions] = await Promise.all([
    read('/v1/destinations', signal),
    read(`/v1/destinations/${PORTAL}/out-of-step?status=paused&limit=${MOST_LISTED}`, signal),
    may('subscriptions.read') ? read('/v1/subscriptions', signal) : { items: [] },
  ]);
  const portal = destinations.items.find(({ name }) => name === PORTAL);
  return {
    destinations: destinations.items,
    waiting: waiting.items,
    subscriptions: subscriptions.items,
    movingIn: portal ? await loadMovingIn(portal, signal) : null,
  };
}

export function renderOverview({ destinations, waiting, subscriptions, movingIn }) {
  const total = destinations.find(({ name }) => name === PORTAL)?.pausesNotThere ?? waiting.length;
  return [
    element('h1', {}, 'Lệch trạng thái'),
    element('div', { class: 'cards' }, destinations.map(destinationCard)),
    element(
      'p',
      {},
      element('a', { href: '#/doi-soat' }, 'Đối soát: các lần so hai bên, sai lệch, hồ sơ Cổng từ chối'),
    ),
    subscriptions.length > 0 ? subscribersLine(subscriptions) : null,
    movingIn ? renderMovingIn(movingIn) : null,
    element(
      'section',
      {},
      element(
        'h2',
        { id: 'waiting' },
        'Tạm dừng chưa lên Cổng',
        element('span', { class: 'aside' }, waiting.length > 0 ? 'lâu nhất trước' : null),
      ),
      waiting.length === 0
        ? element('p', { class: 'empty' }, 'Mọi hồ sơ tạm dừng đều đã hiện tạm dừng trên Cổng.')
        : waitingTable(waiting),
      total > waiting.length
        ? element('p', { class: 'aside' }, `Đang hiện ${waiting.length} trên ${total} hồ sơ.`)
        : null,
    ),
  ];
}

function destinationCard(destination) {
  const { name, pausesNotThere, oldestUnacknowledgedAt, behind, retrying, blocked, unknown, inStep } = destination;
  const { observed = 0, compared = 0 } = destination;
  const outOfStep = behind + retrying + blocked;
  const isPortal = name === PORTAL;
  // Of what is not sent, nothing can be out of step.
  const sendsNothing = outOfStep + inStep === 0 && observed + compared > 0;
  return element(
    'section',
    {
      class: `card ${outOfStep === 0 ? 'good' : pausesNotThere + blocked > 0 ? 'bad' : 'warn'}`,
      'aria-label': destinationWord(name),
    },
    element('header', {}, element('h2', {}, destinationWord(name)), connectionChip(destination)),
    element(
      'div',
      { class: 'figures' },
      sendsNothing
        ? [figure(observed, modeWord('observe'), 'calm'), figure(compared, modeWord('compare'), 'calm')]
        : [
            figure(
              pausesNotThere,
              isPortal ? 'Tạm dừng chưa lên Cổng' : 'Tạm dừng chưa đến nơi',
              pausesNotThere > 0 ? 'bad' : 'good',
            ),
            figure(outOfStep, 'Lệch trạng thái', outOfStep > 0 ? 'warn' : 'good'),
          ],
    ),
    element(
      'dl',
      { class: 'counts' },
      count('Chưa gửi', behind, 'warn'),
      count('Đang thử lại', retrying, 'warn'),
      count('Bị chặn', blocked, 'bad'),
      count('Chưa rõ kết quả', unknown, 'warn'),
      count('Đã xác nhận', inStep, 'calm'),
      !sendsNothing && observed > 0 ? count(modeWord('observe'), observed, 'calm') : null,
      !sendsNothing && compared > 0 ? count(modeWord('compare'), compared, 'calm') : null,
    ),
    element(
      'p',
      { class: 'aside' },
      sendsNothing
        ? 'Không ghi gì lên Cổng.'
        : oldestUnacknowledgedAt === null
          ? 'Không có hồ sơ nào đang chờ.'
          : ['Chờ lâu nhất: ', elapsed(oldestUnacknowledgedAt), ', từ ', moment(oldestUnacknowledgedAt), '.'],
    ),
    destination.paused
      ? element(
          'p',
          { class: 'note' },
          `Đã ngừng gửi: ${destination.paused.reason} (${destination.paused.by}, từ `,
          moment(destination.paused.since),
          ')',
        )
      : null,
  );
}

/** How the subscribers of webhooks fare, and by name those that get nothing. */
function subscribersLine(subscriptions) {
  const failing = subscriptions.filter(({ failingSince, state }) => failingSince !== null || state === 'disabled');
  const paused = subscriptions.filter(({ state }) => state === 'paused').length;
  return element(
    'p',
    { class: 'subscribers' },
    failing.length > 0 ? chip('bad', 'Không gửi được') : chip('good', 'Webhook'),
    ` ${subscriptions.length} nơi nhận`,
    paused > 0 ? `, ${paused} tạm ngừng` : null,
    failing.map(({ name, waiting, lastError }) => [
      '; ',
      element('strong', {}, name),
      `: còn ${waiting.toLocaleString('vi-VN')} thay đổi${lastError ? ` (${lastError})` : ''}`,
    ]),
  );
}

function connectionChip({ mode, breaker, paused }) {
  if (paused) return chip('warn', 'Đã ngừng gửi');
  if (mode !== 'send') return chip('calm', modeWord(mode));
  if (breaker === 'open') return chip('bad', 'Gián đoạn');
  if (breaker === 'half-open') return chip('warn', 'Đang thử lại');
  return chip('good', 'Đang kết nối');
}

const figure = (value, label, tone) =>
  element(
    'p',
    { class: `figure ${tone}` },
    element('strong', {}, value.toLocaleString('vi-VN')),
    element('span', {}, label),
  );

const count = (label, value, tone) =>
  element(
    'div',
    { class: value > 0 ? tone : 'none' },
    element('dt', {}, label),
    element('dd', {}, value.toLocaleString('vi-VN')),
  );

const COLUMNS = ['Mã hồ sơ', 'Cơ quan', 'Lý do tạm dừng', 'Tạm dừng từ', 'Đã chờ lên Cổng', 'Đồng bộ'];

function waitingTable(waiting) {
  return element(
    'div',
    { class: 'scroll', role: 'region', 'aria-labelledby': 'waiting', tabindex: '0' },
    element(
      'table',
      { class: 'list', role: 'table' },
      element(
        'thead',
        { role: 'rowgroup' },
        element(
          'tr',
          { role: 'row' },
          COLUMNS.map((column) => element('th', { scope: 'col', role: 'columnheader' }, column)),
        ),
      ),
      element('tbody', { role: 'rowgroup' }, waiting.map(waitingRow)),
    ),
  );
}

function waitingRow({
  dossierCode,
  agencyCode,
  pauseReason,
  pausedSince,
  behindSince,
  state,
  attempts,
  lastError,
  blockedReason,
}) {
  const words = blockedReason ?? lastError;
  const cells = [
    element('a', { class: 'code', href: `#/ho-so/${encodeURIComponent(dossierCode)}` }, dossierCode),
    agencyCode ?? '–',
    pauseReason === null ? '–' : reasonWord(pauseReason),
    pausedSince === null ? '–' : moment(pausedSince),
    behindSince === null ? '–' : elapsed(behindSince),
    [
      chip(...syncState(state)),
      attempts > 0 ? element('span', { class: 'aside' }, ` ${attempts} lần`) : null,
      words ? element('p', { class: 'aside' }, words) : null,
    ],
  ];
  return element(
    'tr',
    { role: 'row' },
    cells.map((cell, n) => element('td', { role: 'cell', 'data-label': COLUMNS[n] }, cell)),
  );
}
