/** @module The catalogues held against those of the portal and the ministries: what differs on which side, and dossiers with a wrong system. */
import { call, command } from './commands.js';
import { chip, element } from './element.js';
import { failure } from './failures.js';
import { agencyWords, codeLink, listSection, nextPart, number, procedureWords } from './list.js';
import { learnNames } from './names.js';
import { may, read, readPart } from './session.js';
import { elapsed, moment } from './times.js';
import { catalogueKindWord, catalogueState, factWord, ownerWord, sourceWord } from './words.js';

export const title = () => 'Danh mục – Liên Thông';
export const every = 60_000;

const MOST = 100;

const listOf = (side, kind, cursor = null) => {
  const query = new URLSearchParams();
  if (side) query.set('ben', side);
  if (kind) query.set('loai', kind);
  if (cursor !== null) query.set('sau', cursor);
  return `#/danh-muc${query.size > 0 ? `?${query}` : ''}`;
};

export async function load({ filter }, _before, signal) {
  const [side, kind] = [filter.get('ben') ?? '', filter.get('loai') ?? ''];
  const query = new URLSearchParams({ limit: MOST, ...(side && { side }), ...(kind && { kind }) });
  if (filter.get('sau')) query.set('cursor', filter.get('sau'));
  const [summary, { items, next }, misrouted] = await Promise.all([
    read('/v1/catalogues/differences/summary', signal),
    readPart(`/v1/catalogues/differences?${query}`, signal),
    may('reconciliation.read') ? read(`/v1/catalogues/misrouted-dossiers?limit=${MOST}`, signal) : { items: [] },
  ]);
  const codesOf = (subject) => items.filter((one) => one.subject === subject).map(({ code }) => code);
  await learnNames(
    {
      agencies: [...codesOf('agency'), ...misrouted.items.map(({ agencyCode }) => agencyCode)],
      procedures: [...codesOf('procedure'), ...misrouted.items.map(({ procedureCode }) => procedureCode)],
    },
    signal,
  );
  return {
    side,
    kind,
    summary,
    items,
    misrouted: misrouted.items,
    next: next === null ? null : listOf(side, kind, next),
  };
}

export function render({ side, kind, summary, items, misrouted, next }) {
  const titles = new Map(summary.sides.map((one) => [one.side, one.title.vi]));
  const isFiltered = side !== '' || kind !== '';
  return [
    element('h1', {}, 'Danh mục'),
    element(
      'p',
      { class: 'aside' },
      'Liên Thông so danh mục của tỉnh với từng bên mỗi ngày; đếm lúc ',
      moment(summary.asOf),
      '.',
    ),
    listSection({
      id: 'sides',
      title: 'Các bên',
      items: summary.sides,
      columns: ['Bên', 'Sai lệch', 'Theo loại', 'Lâu nhất', 'So lần cuối', 'Do đâu biết', 'Không ai cho biết'],
      cellsOf: sideCells,
      nothing: 'Chưa so với bên nào.',
    }),
    ...misroutedSection(summary.misrouted, misrouted),
    listSection({
      id: 'differences',
      title: isFiltered ? 'Sai lệch theo bộ lọc' : 'Sai lệch đang có',
      aside: isFiltered ? element('a', { href: '#/danh-muc' }, 'Bỏ lọc') : null,
      items,
      total: isFiltered || next !== null ? items.length : summary.open + summary.ignored,
      columns: ['Mã', 'Bên', 'Sai lệch', 'Của tỉnh', 'Của bên kia', 'Thấy từ', 'Tình trạng'],
      cellsOf: (one) => differenceCells(one, titles),
      nothing: 'Không có sai lệch nào.',
    }),
    nextPart(next),
  ];
}

function sideCells({ side, title: name, open, ignored, since, kinds, comparedAt, told, notTold, fault }) {
  return [
    name.vi,
    open === 0 ? '0' : element('a', { href: listOf(side, '') }, number(open)),
    [
      Object.entries(kinds).map(([kind, n]) =>
        element('p', {}, `${catalogueKindWord(kind)}: `, element('a', { href: listOf(side, kind) }, number(n))),
      ),
      ignored > 0 ? element('p', { class: 'aside' }, `Tạm bỏ qua: ${number(ignored)}`) : null,
    ],
    since === null ? '–' : elapsed(since),
    [comparedAt === null ? 'Chưa so' : moment(comparedAt), fault === null ? null : failure(fault)],
    told.map(({ fact, way, asOf }) =>
      element('p', {}, `${factWord(fact)}: ${way === 'list' ? 'danh sách tải lên' : 'bên đó trả lời'}, `, moment(asOf)),
    ),
    notTold.length === 0 ? '–' : notTold.map(factWord).join(', '),
  ];
}

const differenceCells = (one, titles) => [
  one.subject === 'procedure' ? procedureWords(one.code) : agencyWords(one.code),
  titles.get(one.side) ?? one.side,
  one.title.vi,
  one.ours ?? '–',
  [
    one.theirs ?? '–',
    element('p', { class: 'aside' }, one.way === 'list' ? 'danh sách tải lên, ' : 'trả lời lúc ', moment(one.asOf)),
  ],
  [elapsed(one.since), element('p', { class: 'aside' }, moment(one.since))],
  [
    chip(...catalogueState(one.state)),
    one.decidedReason ? element('p', { class: 'aside' }, `${one.decidedBy}: ${one.decidedReason}`) : null,
    one.ignoredUntil ? element('p', { class: 'aside' }, 'đến ', moment(one.ignoredUntil)) : null,
    one.state === 'open' ? ignoring(one) : null,
  ],
];

const ignoring = ({ id }) =>
  element(
    'details',
    { id: `ignore-${id}` },
    element('summary', {}, 'Cách xử lý'),
    element('p', {}, 'Sửa danh mục của bên sai; lần so sau khớp thì sai lệch tự hết.'),
    command(
      'Tạm bỏ qua, có thời hạn',
      call(`catalogues/differences/${id}/ignore`, {
        reason: 'Cổng đang cập nhật danh mục',
        until: new Date(Date.now() + THIRTY_DAYS).toISOString(),
      }),
    ),
  );

const THIRTY_DAYS = 2_592_000_000;

const misroutedSection = ({ lookedAt, looked, unjudged, open, ignored, fault }, items) => [
  listSection({
    id: 'misrouted',
    title: 'Hồ sơ ở sai hệ thống',
    items,
    total: Math.max(open + ignored, items.length),
    columns: ['Mã hồ sơ', 'Thủ tục', 'Cơ quan', 'Đang ở', 'Đúng ra ở', 'Từ', 'Việc cần làm'],
    cellsOf: ({ dossierCode, procedureCode, agencyCode, systemTitle, rightly, since, words, owner, act }) => [
      codeLink(dossierCode),
      procedureWords(procedureCode),
      agencyWords(agencyCode),
      systemTitle.vi,
      rightly.map(sourceWord).join(', ') || '–',
      moment(since),
      [
        act.vi,
        words && element('p', {}, `“${words}”`),
        element('p', { class: 'aside' }, `Bên xử lý: ${ownerWord(owner)}`),
      ],
    ],
    nothing: 'Không có hồ sơ nào ở sai hệ thống.',
  }),
  element(
    'p',
    { class: 'aside' },
    lookedAt === null
      ? 'Chưa xét lần nào.'
      : [
          `Đã xét ${number(looked)} hồ sơ, ${number(unjudged)} hồ sơ có thủ tục chưa nêu hệ thống giải quyết, lúc `,
          moment(lookedAt),
          '.',
        ],
    fault === null ? null : failure(fault),
  ),
];
