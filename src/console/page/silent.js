/** @module Silent failures: what was accepted and ended nowhere. There must be none. */
import { call, command, lienthong } from './commands.js';
import { chip, element } from './element.js';
import { codeLink, listSection } from './list.js';
import { readAtMost } from './session.js';
import { asOf, elapsed } from './times.js';
import { PORTAL } from './waiting.js';
import { silenceWord } from './words.js';

export const title = () => 'Hồ sơ bị bỏ quên – Liên Thông';
export const every = 30_000;

const SILENT = `/v1/destinations/${PORTAL}/silent`;
/** It looks at every dossier. */
const FIVE_MINUTES = 300_000;

export const load = (_place, _before, signal) => readAtMost(SILENT, FIVE_MINUTES, signal);

export const render = ({ total, items }) => [
  element('p', { class: 'back' }, element('a', { href: '#/' }, '← Tổng quan')),
  element(
    'div',
    { class: 'heading' },
    element('h1', {}, 'Hồ sơ bị bỏ quên'),
    total === 0 ? chip('good', 'Không có hồ sơ nào') : chip('bad', `${total} hồ sơ`),
  ),
  element(
    'p',
    { class: 'aside' },
    'Phải bằng 0: mọi cập nhật đã nhận phải được gửi, hoặc có người được báo (bị chặn, đang thử lại, tạm ngừng, chờ xử lý, sai lệch). Liên Thông đếm lúc ',
    asOf(SILENT),
    '.',
  ),
  listSection({
    id: 'silent',
    title: 'Danh sách',
    items,
    total,
    columns: ['Mã hồ sơ', 'Vì sao', 'Từ', 'Gửi lại'],
    cellsOf: ({ dossierCode, why, since }) => [
      codeLink(dossierCode),
      silenceWord(why),
      since === null ? '–' : elapsed(since),
      command(
        'Hỏi Cổng và gửi những gì còn thiếu',
        lienthong('dossier', 'resync', dossierCode, '--author', 'ten.can.bo', '--reason', 'Hồ sơ bị bỏ quên'),
        call(`dossiers/${encodeURIComponent(dossierCode)}/resync`, { reason: 'Hồ sơ bị bỏ quên' }),
      ),
    ],
    nothing: 'Không hồ sơ nào bị bỏ quên.',
  }),
];
