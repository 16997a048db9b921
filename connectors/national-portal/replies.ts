/** @module What the portal says: `{error_code, message}`, for its stand-in to say the same. */

export interface Saying {
  readonly code: string;
  readonly message: string;
}
export const say = (code: string, message: string): Saying => ({ code, message });
export const CONTENT = '-5';
export const DONE = say('0', 'Thành công');
export const NO_SESSION = say('-1', 'Phiên làm việc không hợp lệ hoặc đã hết hạn');
export const NO_RIGHTS = '-2';
export const EXISTS = '-3';
export const UNKNOWN = '-4';
export const NO_SERVICE = say('-6', 'Dịch vụ không tồn tại');
export const UNAVAILABLE = '-8';
export const FAILED = '-99';

/** What was answered so far, and what of it the log is to know. */
export interface Answer {
  readonly status?: number;
  readonly body: unknown;
  readonly dossiers?: readonly string[];
}
export const answer = ({ code, message }: Saying, dossiers: readonly string[] = []): Answer => ({
  body: { error_code: code, message },
  dossiers,
});
