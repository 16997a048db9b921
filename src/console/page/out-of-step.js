/** @module The list behind each figure of what is out of step. */
import { element } from './element.js';
import { listSection } from './list.js';
import { learnNames } from './names.js';
import { may, read } from './session.js';
import { asOf } from './times.js';
import { DROPPED, droppedCells, notWaiting, PORTAL, WAITING, waitingCells } from './waiting.js';
import { outOfStepWord } from './words.js';

const MOST = 200;
const PAUSES = 'tam-dung';
const STATES = ['behind', 'retrying', 'blocked', 'unknown', 'unverified'];

const stateOf = ({ filter }) => {
  const state = filter.get('trang-thai');
  return STATES.includes(state) ? state : state === PAUSES ? PAUSES : null;
};
const headingOf = (state) =>
  state === PAUSES ? 'Tạm dừng chưa lên Cổng' : state === null ? 'Lệch trạng thái' : outOfStepWord(state);

export const title = (place) => `${headingOf(stateOf(place))} – Liên Thông`;
export const every = 10_000;

export async function load(place, _before, signal) {
  const state = stateOf(place);
  const query = state === PAUSES ? 'status=paused&' : state === null ? '' : `state=${state}&`;
  const [{ items }, destinations, lost] = await Promise.all([
    read(`/v1/destinations/${PORTAL}/out-of-step?${query}limit=${MOST}`, signal),
    read('/v1/destinations', signal),
    state === PAUSES && may('reconciliation.read')
      ? read(`/v1/differences?kind=pause-lost&limit=${MOST}`, signal)
      : { items: [] },
  ]);
  const dropped = notWaiting(lost.items, items);
  await learnNames({ agencies: [...items, ...dropped].map(({ agencyCode }) => agencyCode) }, signal);
  const portal = destinations.items.find(({ name }) => name === PORTAL) ?? {};
  const total = { [PAUSES]: portal.pausesNotThere, null: portal.behind + portal.retrying + portal.blocked };
  return { state, items, dropped, total: total[state] ?? portal[state] ?? items.length };
}

export function render({ state, items, dropped, total }) {
  return [
    element('p', { class: 'back' }, element('a', { href: '#/' }, '← Tổng quan')),
    element('h1', {}, headingOf(state)),
    element('p', { class: 'aside' }, 'Trạng thái bên mình do Liên Thông ghi nhận, lúc ', asOf(''), '.'),
    listSection({
      id: 'out-of-step',
      title: state === PAUSES ? 'Chưa gửi được' : headingOf(state),
      aside: items.length > 0 ? 'lâu nhất trước' : null,
      items,
      total,
      columns: WAITING,
      cellsOf: waitingCells,
      nothing: 'Không có hồ sơ nào.',
    }),
    state === PAUSES
      ? listSection({
          id: 'dropped',
          title: 'Cổng đã xác nhận nhưng không hiện tạm dừng',
          items: dropped,
          columns: DROPPED,
          cellsOf: droppedCells,
          nothing: 'Không có hồ sơ nào.',
        })
      : null,
  ];
}
