/** @module The page for who could not be logged in to the console: why, and what to do. */
import { LOG_IN_AGAIN, logInPage, pageHeaders, problem } from '../http/log-in-page.ts';

const FAULTS = {
  unknown: 'Tài khoản này chưa được cấp quyền trên Liên Thông. Hãy đề nghị quản trị của tỉnh cấp quyền.',
  suspended: 'Tài khoản này đang bị đình chỉ. Hãy liên hệ quản trị của tỉnh.',
  'second-factor':
    'Quản trị phải đăng nhập bằng hai yếu tố. Hãy bật xác thực hai yếu tố cho tài khoản này tại nơi đăng nhập của tỉnh.',
  over: 'Lần đăng nhập này đã quá lâu, hoặc được bắt đầu ở một cửa sổ khác.',
  refused: 'Nơi đăng nhập không xác nhận lần đăng nhập này.',
  unreachable: 'Nơi đăng nhập của tỉnh không trả lời. Hãy thử lại sau ít phút.',
} as const;

export type PageFault = keyof typeof FAULTS;

export const PAGE_HEADERS = pageHeaders("'none'");

export const refusalPage = (fault: PageFault): string =>
  logInPage(`${problem(FAULTS[fault])}
${LOG_IN_AGAIN}`);
