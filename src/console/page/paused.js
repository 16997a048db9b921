/** @module That a destination is not sent to: who said so, why, since when and until when. */
import { element } from './element.js';
import { meaningOf } from './failures.js';
import { moment } from './times.js';

export const pausedNote = ({ reason, by, since, until }) =>
  element(
    'p',
    { class: 'note' },
    element('strong', {}, 'Đã ngừng gửi'),
    `: ${meaningOf(reason) === null ? reason : `${meaningOf(reason)} (${reason})`} (${by === 'gateway' ? 'Liên Thông tự ngừng' : by}, từ `,
    moment(since),
    until === null ? ', cho đến khi có người cho gửi lại' : [', tự thử lại lúc ', moment(until)],
    ')',
  );
