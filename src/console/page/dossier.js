/** @module One dossier on one time line: what the ministry told, what the gateway made of it, what stands at the portal. */
import { DIFFERENCE, differenceCells, namesIn } from './difference-row.js';
import { chip, element } from './element.js';
import { failure } from './failures.js';
import { agencyWords, listSection, procedureWords } from './list.js';
import { whatOthersWrote, wouldWrite } from './moving-in.js';
import { learnNames } from './names.js';
import { may, read, readAtMost } from './session.js';
import { clockOf, dayOf, elapsed, exactClockOf, moment, workingSpan } from './times.js';
import {
  basisWord,
  kindWord,
  modeWord,
  OWN_SOURCES,
  portalStatusWord,
  reasonWord,
  sourceWord,
  statusTone,
  statusWord,
  syncState,
  withoutEffectWord,
} from './words.js';

const PORTAL = 'national-portal';

export const title = ({ what }) => `${what} – Liên Thông`;

const HALF_MINUTE = 30_000;

/** The dossier, its time line, where it stands at the portal and what differs there; `before` is what the last read gave. */
export async function load({ what: code }, before, signal) {
  const path = `/v1/dossiers/${encodeURIComponent(code)}`;
  const { destinations } = await read(`${path}/sync`, signal);
  const portal = destinations.find(({ name }) => name === PORTAL) ?? null;
  // These two are logged as reads of personal data: a screen left open must not fill that log with repetitions.
  const isUnchanged = before && portal && before.portal?.headSeq === portal.headSeq;
  const [dossier, { events }] = isUnchanged
    ? [before.dossier, before]
    : await Promise.all([read(path, signal), read(`${path}/timeline`, signal)]);
  // A dossier that waits to be accepted has no deadline yet.
  const deadline = dossier.receivedAt ? await read(`${path}/deadline`, signal) : null;
  const differences = may('reconciliation.read')
    ? await readAtMost(`/v1/differences?dossier=${encodeURIComponent(code)}`, HALF_MINUTE, signal)
    : { items: [] };
  const names = namesIn(differences.items);
  const { routing, agencyCode, procedureCode } = dossier;
  await learnNames(
    {
      agencies: [agencyCode, routing?.receiving, routing?.resolving, ...names.agencies],
      procedures: [procedureCode, ...names.procedures],
    },
    signal,
  );
  return { dossier, events, deadline, portal, differences: differences.items };
}

export function render({ dossier, events, deadline, portal, differences }) {
  const rows = [...events].sort((a, b) => Date.parse(a.occurredAt) - Date.parse(b.occurredAt) || a.seq - b.seq);
  return [
    element('p', { class: 'back' }, element('a', { href: '#/' }, '← Tổng quan')),
    heading(dossier, portal, differences),
    facts(dossier, deadline),
    element(
      'section',
      { 'aria-labelledby': 'timeline' },
      element('h2', { id: 'timeline' }, 'Tiến độ giải quyết'),
      element(
        'table',
        { class: 'timeline', role: 'table' },
        element('thead', { role: 'rowgroup' }, columnHeads()),
        element(
          'tbody',
          { role: 'rowgroup' },
          rows.map((entry) => entryRow(entry, portal)),
        ),
        element('tfoot', { role: 'rowgroup' }, nowRow(dossier, portal)),
      ),
    ),
    deadline && deadline.steps.length > 0 ? explanation(deadline.steps) : null,
    differences.length === 0
      ? null
      : listSection({
          id: 'differences',
          title: 'Sai lệch với Cổng',
          items: differences,
          columns: DIFFERENCE,
          cellsOf: differenceCells,
          nothing: '',
        }),
  ];
}

function heading(dossier, portal, differences) {
  const reason = dossier.pauseReason === null ? '' : `: ${reasonWord(dossier.pauseReason)}`;
  const isSent = portal && portal.state !== 'observing';
  const isLost = differences.some(({ kind }) => kind === 'pause-lost');
  const isMissing = dossier.status === 'paused' && isSent && (portal.ackedSeq < portal.headSeq || isLost);
  return element(
    'div',
    { class: 'heading' },
    element('h1', { class: 'code' }, dossier.code ?? 'Chờ xử lý (chưa khớp)'),
    chip(statusTone(dossier.status), `${statusWord(dossier.status)}${reason}`),
    isMissing ? chip('bad', 'Tạm dừng chưa lên Cổng') : portal ? chip(...portalChip(portal)) : null,
  );
}

function portalChip({ state, mode }) {
  if (state === 'observing') return ['calm', `Cổng: ${modeWord(mode).toLocaleLowerCase('vi')}`];
  const [tone, word] = syncState(state);
  return [tone, state === 'in-step' ? 'Cổng đã xác nhận' : `Cổng: ${word.toLocaleLowerCase('vi')}`];
}

function facts(dossier, deadline) {
  const { clock } = dossier;
  const pause = dossier.pauses[0];
  return element(
    'dl',
    { class: 'facts' },
    fact('Thủ tục hành chính', procedureWords(dossier.procedureCode)),
    fact('Cơ quan tiếp nhận', agencyWords(dossier.routing?.receiving ?? dossier.agencyCode)),
    fact('Cơ quan giải quyết', agencyWords(dossier.routing?.resolving ?? dossier.agencyCode)),
    fact('Được tiếp nhận', dossier.receivedAt ? moment(dossier.receivedAt) : 'Chờ tiếp nhận'),
    pause ? fact('Tạm dừng từ', moment(pause.since), element('span', { class: 'aside' }, elapsed(pause.since))) : null,
    clock.appointmentAt === null
      ? null
      : fact(
          clock.provisional ? 'Ngày hẹn trả kết quả (tạm tính)' : 'Ngày hẹn trả kết quả',
          moment(clock.appointmentAt),
          element('span', { class: 'aside' }, clock.basis ? basisWord(clock.basis) : null),
        ),
    deadline === null || deadline.remainingWorkingMinutes === null
      ? null
      : fact('Thời hạn giải quyết', remaining(dossier, deadline)),
    clock.suspendedWorkingMinutes > 0
      ? fact('Thời gian tạm dừng (không tính)', workingSpan(clock.suspendedWorkingMinutes))
      : null,
  );
}

const fact = (label, ...values) => element('div', {}, element('dt', {}, label), element('dd', {}, values));

const ENDED = new Set(['rejected', 'withdrawn', 'stopped', 'completed', 'returned']);

function remaining({ status }, { remainingWorkingMinutes: minutes, appointmentAt }) {
  if (minutes < 0) return [chip('bad', 'Quá hạn'), element('span', { class: 'aside' }, workingSpan(minutes))];
  if (ENDED.has(status)) return chip('good', 'Đúng hạn');
  const isToday = dayOf(appointmentAt) === dayOf(Date.now());
  return [
    chip(isToday ? 'warn' : 'good', isToday ? 'Đến hạn hôm nay' : 'Trong hạn'),
    element('span', { class: 'aside' }, `còn ${workingSpan(minutes)}`),
  ];
}

const COLUMNS = ['Thời điểm', 'Bộ, ngành', 'Liên Thông', 'Cổng'];

const columnHeads = () =>
  element(
    'tr',
    { role: 'row' },
    COLUMNS.map((column) => element('th', { scope: 'col', role: 'columnheader' }, column)),
  );

/** One row of the table: the time, then what each of the three has; an empty cell leaves its lane bare. */
const row = (attributes, time, cells) =>
  element(
    'tr',
    { role: 'row', ...attributes },
    element('th', { scope: 'row', role: 'rowheader' }, time),
    cells.map(({ dot, content }, n) =>
      element(
        'td',
        { role: 'cell', class: dot ? `has ${dot}` : null, 'data-label': content ? COLUMNS[n + 1] : null },
        content ? element('div', { class: 'cell' }, content) : null,
      ),
    ),
  );

function entryRow(entry, portal) {
  const isOwn = OWN_SOURCES.has(entry.source);
  const isPortals = entry.source === PORTAL;
  const tone = entry.effect ? statusTone(entry.status) : 'ended';
  const told = { dot: `told ${tone}`, content: whatWasTold(entry, tone) };
  const taken = { dot: 'passed', content: howItWasTaken(entry, isOwn) };
  const gateway = isOwn ? { dot: told.dot, content: [told.content, taken.content] } : taken;
  const time = [
    element('time', { datetime: entry.occurredAt }, clockOf(entry.occurredAt)),
    element('small', {}, dayOf(entry.occurredAt)),
  ];
  return row({ class: entry.effect ? null : 'without-effect', 'data-seq': String(entry.seq) }, time, [
    isOwn || isPortals ? { dot: null, content: null } : told,
    gateway,
    isPortals ? told : atPortal(entry, portal),
  ]);
}

function whatWasTold({ type, status, pauseReason, source, officer, note }, tone) {
  const words = status === null ? kindWord(type) : statusWord(status);
  const who = [officer?.name, officer?.department].filter(Boolean).join(', ');
  return [
    chip(tone, words),
    pauseReason === null ? null : element('p', { class: 'reason' }, reasonWord(pauseReason)),
    note ? element('p', {}, note) : null,
    element('p', { class: 'aside' }, [sourceWord(source), who].filter(Boolean).join(' · ')),
  ];
}

function howItWasTaken({ type, recordedAt, appointmentAt, effect, withoutEffectBecause, lateReported, seq }, isOwn) {
  return [
    appointmentAt === null
      ? null
      : element(
          'p',
          { class: 'appointment' },
          type === 'appointment' ? null : 'Ngày hẹn trả mới: ',
          moment(appointmentAt),
        ),
    effect ? null : element('p', { class: 'why' }, `Không có hiệu lực: ${withoutEffectWord(withoutEffectBecause)}`),
    element(
      'p',
      { class: 'aside' },
      `${isOwn ? 'Ghi' : 'Nhận và ghi'} mục ${seq}, `,
      element('time', { datetime: recordedAt }, `${exactClockOf(recordedAt)} ${dayOf(recordedAt)}`),
      lateReported ? ' · báo chậm' : null,
    ),
  ];
}

/** How an entry stands at the portal; one that a later entry already covered there was never sent by itself. */
function atPortal({ seq, effect, status }, portal) {
  if (portal === null) return { dot: null, content: null };
  if (portal.sentSeqs.includes(seq)) return { dot: 'sent', content: [element('p', { class: 'sent' }, '✓ Đã gửi')] };
  if (!effect) return { dot: null, content: [element('p', { class: 'aside' }, 'Không gửi')] };
  if (seq <= portal.ackedSeq) return { dot: 'passed', content: [element('p', { class: 'aside' }, 'Đã xác nhận')] };
  if (portal.state === 'observing') return { dot: null, content: [element('p', { class: 'aside' }, 'Chưa gửi')] };
  const word = status === 'paused' ? 'Tạm dừng chưa lên Cổng' : 'Chưa gửi';
  return { dot: 'missing', content: [chip(status === 'paused' ? 'bad' : 'warn', word)] };
}

/** Where things stand: the gateway's own state beside what was last seen at the portal. */
function nowRow(dossier, portal) {
  const own = [
    chip(statusTone(dossier.status), statusWord(dossier.status)),
    dossier.pauseReason === null ? null : element('p', { class: 'reason' }, reasonWord(dossier.pauseReason)),
    dossier.clock.appointmentAt === null
      ? null
      : element('p', {}, 'Ngày hẹn trả: ', moment(dossier.clock.appointmentAt)),
  ];
  return row({ class: 'now' }, 'Hiện nay', [
    { dot: null, content: null },
    { dot: `told ${statusTone(dossier.status)}`, content: own },
    portal === null
      ? { dot: null, content: null }
      : { dot: portal.state === 'in-step' ? 'sent' : 'told warn', content: seenAtPortal(portal) },
  ]);
}

function seenAtPortal({
  seenStatus,
  seenAppointmentAt,
  seenAt,
  state,
  attempts,
  nextAttemptAt,
  blockedReason,
  lastError,
  mode,
  comparison,
}) {
  const [tone, word] = state === 'observing' ? ['calm', modeWord(mode)] : syncState(state);
  return [
    seenAt === null
      ? element('p', {}, 'Chưa đọc lại từ Cổng')
      : element(
          'p',
          {},
          element('strong', {}, seenStatus === null ? 'Chưa có hồ sơ' : portalStatusWord(seenStatus)),
          seenStatus === null ? null : ` (mã ${seenStatus})`,
        ),
    seenAppointmentAt === null ? null : element('p', {}, 'Ngày hẹn trả trên Cổng: ', moment(seenAppointmentAt)),
    element('p', {}, chip(tone, word), attempts > 0 ? element('span', { class: 'aside' }, ` ${attempts} lần`) : null),
    blockedReason || lastError ? element('div', { class: 'why' }, failure(blockedReason ?? lastError)) : null,
    nextAttemptAt === null ? null : element('p', { class: 'aside' }, `Thử lại lúc ${exactClockOf(nextAttemptAt)}`),
    seenAt === null ? null : element('p', { class: 'aside' }, 'Đọc lại từ Cổng lúc ', moment(seenAt)),
    comparison
      ? [
          comparison.findings.map(({ title }) => element('p', { class: 'why' }, title.vi)),
          element('p', {}, element('strong', {}, 'Sẽ ghi khi chuyển sang gửi')),
          wouldWrite(comparison),
          comparison.theirs.length > 0
            ? [element('p', {}, element('strong', {}, 'Nơi khác đã ghi')), whatOthersWrote(comparison)]
            : null,
        ]
      : null,
  ];
}

const explanation = (steps) =>
  element(
    'details',
    { id: 'explanation', class: 'explanation' },
    element('summary', {}, 'Cách tính hạn'),
    element(
      'ol',
      {},
      steps.map(({ vi }) => element('li', {}, vi)),
    ),
  );
