/** @module How every connected system does: why one is not called and until when, who paused a destination and why, who is told of changes. */
import { call, command, lienthong } from './commands.js';
import { chip, element } from './element.js';
import { failure, kindOfFailure } from './failures.js';
import { listSection, number } from './list.js';
import { pausedNote } from './paused.js';
import { may, read } from './session.js';
import { asOf, elapsed, moment } from './times.js';
import { destinationWord, healthState, modeWord } from './words.js';

export const title = () => 'Hệ thống – Liên Thông';
export const every = 10_000;

export async function load(_place, _before, signal) {
  const [destinations, connectors, subscriptions] = await Promise.all([
    may('sync.read') ? read('/v1/destinations', signal) : { items: [] },
    read('/v1/connectors', signal),
    may('subscriptions.read') ? read('/v1/subscriptions', signal) : { items: [] },
  ]);
  return { destinations: destinations.items, connectors: connectors.items, subscriptions: subscriptions.items };
}

export const render = ({ destinations, connectors, subscriptions }) =>
  [
    element('h1', {}, 'Hệ thống'),
    element('p', { class: 'aside' }, 'Theo các cuộc gọi của Liên Thông trong năm phút qua, lúc ', asOf(''), '.'),
    destinations.map(destinationSection),
    listSection({
      id: 'connectors',
      title: 'Các hệ thống được kết nối',
      items: connectors.toSorted((a, b) => urgency(a) - urgency(b)),
      columns: ['Hệ thống', 'Tình trạng', 'Vì sao', 'Từ', 'Gọi lại', 'Lượt gọi còn lại'],
      cellsOf: connectorCells,
      nothing: 'Chưa kết nối hệ thống nào.',
    }),
    may('subscriptions.read')
      ? listSection({
          id: 'subscriptions',
          title: 'Nơi nhận thay đổi',
          items: subscriptions,
          columns: ['Nơi nhận', 'Tình trạng', 'Còn phải gửi', 'Không gửi được từ'],
          cellsOf: subscriberCells,
          nothing: 'Chưa có nơi nào đăng ký nhận thay đổi.',
        })
      : null,
  ].flat();

/** Those that fail first, those that are not connected last. */
const ORDER = ['down', 'degraded', 'maintenance', 'quota', 'up', 'unknown', 'inbound', 'not-connected'];
const urgency = ({ state }) => ORDER.indexOf(state);

function connectorCells({ title: name, state, stop, maintenanceUntil, limits }) {
  return [
    name.vi,
    chip(...healthState(state)),
    stop === null
      ? (WITHOUT_STOP[state] ?? '–')
      : [STOPPED_BY[stop.by], ': ', kindOfFailure(stop.why), stop.words ? failure(stop.words) : null],
    stop === null ? '–' : elapsed(stop.since),
    stop?.until ? moment(stop.until) : maintenanceUntil ? moment(maintenanceUntil) : '–',
    limits.length === 0
      ? '–'
      : limits.map(({ left, amount, resetsAt }) =>
          element('p', {}, `${number(left)} trên ${number(amount)}, tính lại `, moment(resetsAt)),
        ),
  ];
}

/** Why it does not do well, where it is called all the same. */
const WITHOUT_STOP = {
  down: 'Không trả lời lần gọi thử gần nhất',
  degraded: 'Nhiều cuộc gọi gần đây không thành công',
};

const STOPPED_BY = { upstream: 'Hệ thống đó báo', operator: 'Cán bộ vận hành', breaker: 'Liên Thông tạm ngừng gọi' };

const SUBSCRIPTIONS = {
  active: ['good', 'Đang gửi'],
  paused: ['calm', 'Tạm ngừng'],
  'auto-paused': ['bad', 'Không gửi được'],
  disabled: ['bad', 'Đã tắt'],
};

const subscriberCells = ({ name, state, waiting, failingSince, lastError }) => [
  name,
  chip(...(SUBSCRIPTIONS[state] ?? ['calm', state])),
  `${number(waiting)} thay đổi`,
  failingSince === null ? '–' : [elapsed(failingSince), lastError ? failure(lastError) : null],
];

function destinationSection({ name, mode, breaker, paused, resumed, repairsStopped }) {
  const word = destinationWord(name);
  const author = ['--author', 'ten.can.bo'];
  const turn = (label, verb, path, reason) =>
    command(
      label,
      lienthong('destination', verb, ...author, '--reason', reason),
      call(`destinations/${name}/${path}`, { reason }),
    );
  return element(
    'section',
    { class: `card ${paused || repairsStopped ? 'bad' : 'good'}`, 'aria-labelledby': `destination-${name}` },
    element(
      'header',
      { class: 'together' },
      element('h2', { id: `destination-${name}` }, `Gửi lên ${word}`),
      paused
        ? chip('bad', 'Đã ngừng gửi')
        : mode === 'send'
          ? chip(
              breaker === 'closed' ? 'good' : 'bad',
              breaker === 'closed' ? 'Đang gửi' : 'Gián đoạn, tự gửi khi nối lại',
            )
          : chip('calm', modeWord(mode)),
      repairsStopped ? chip('bad', 'Đã ngừng khắc phục sai lệch') : chip('good', 'Đang khắc phục sai lệch'),
    ),
    paused ? pausedNote(paused) : null,
    resumed ? element('p', {}, `Gửi trở lại: ${resumed.reason} (${resumed.by}, từ `, moment(resumed.since), ')') : null,
    repairsStopped
      ? element(
          'p',
          { class: 'note' },
          element('strong', {}, 'Đã ngừng khắc phục'),
          `: ${repairsStopped.reason} (${repairsStopped.by}, từ `,
          moment(repairsStopped.since),
          ')',
        )
      : null,
    paused
      ? turn('Gửi trở lại', 'resume', 'resume', 'Cổng đã sẵn sàng')
      : element(
          'details',
          { id: `pause-${name}` },
          element('summary', {}, 'Lệnh ngừng gửi'),
          turn('Ngừng gửi', 'pause', 'pause', 'Theo đề nghị của Trung tâm Dữ liệu quốc gia'),
        ),
    repairsStopped
      ? turn('Cho khắc phục trở lại', 'resume-repairs', 'repairs/resume', 'Cổng đã kiểm tra xong dữ liệu')
      : element(
          'details',
          { id: `stop-${name}` },
          element('summary', {}, 'Lệnh ngừng khắc phục'),
          turn('Ngừng khắc phục', 'stop-repairs', 'repairs/stop', 'Cổng đang kiểm tra dữ liệu'),
        ),
  );
}
