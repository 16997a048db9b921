/** @module Dossiers that the portal does not show as they are: the table that the first screen and the list of its figures share. */
import { chip, element } from './element.js';
import { failure } from './failures.js';
import { agencyWords, codeLink } from './list.js';
import { elapsed, moment } from './times.js';
import { differenceState, portalStatusWord, reasonWord, statusWord, syncState } from './words.js';

export const PORTAL = 'national-portal';

export const WAITING = ['Mã hồ sơ', 'Cơ quan', 'Bên mình', 'Từ', 'Đã chờ lên Cổng', 'Đồng bộ'];

export const waitingCells = (row) => [
  codeLink(row.dossierCode),
  agencyWords(row.agencyCode),
  [statusWord(row.status), row.pauseReason === null ? null : `: ${reasonWord(row.pauseReason)}`],
  row.pausedSince === null ? '–' : moment(row.pausedSince),
  row.behindSince === null ? '–' : elapsed(row.behindSince),
  [
    chip(...syncState(row.state)),
    row.attempts > 0 ? element('span', { class: 'aside' }, ` ${row.attempts} lần`) : null,
    failureOf(row),
  ],
];

const failureOf = ({ blockedReason, lastError }) => {
  const words = blockedReason ?? lastError;
  return words ? failure(words) : null;
};

/** Pauses that the portal acknowledged and does not show; what is being sent again stands in the list of those that wait. */
export function notWaiting(lost, waiting) {
  const waits = new Set(waiting.map(({ dossierCode }) => dossierCode));
  return lost.filter(({ dossierCode }) => !waits.has(dossierCode));
}

export const DROPPED = ['Mã hồ sơ', 'Cơ quan', 'Cổng đang hiện', 'Đọc từ Cổng lúc', 'Thấy từ', 'Tình trạng'];

export const droppedCells = ({ dossierCode, agencyCode, theirs, firstSeenAt, lastSeenAt, state }) => [
  codeLink(dossierCode),
  agencyWords(agencyCode),
  theirs?.status ? portalStatusWord(theirs.status) : '–',
  moment(lastSeenAt),
  elapsed(firstSeenAt),
  chip(...differenceState(state)),
];
