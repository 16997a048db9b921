/** @module What the portal says: `{error_code, message}` in HTTP 200, with codes by which a caller can tell whose turn it is. */
import { type Answer, jsonAnswer } from '../simulator.ts';

/** The first two are seen in the field; the others are this simulator's choice, one code for each thing a caller must do. */
export const CODES = {
  done: '0',
  /** With "đã tồn tại": send again with isUpdating True. */
  exists: '3',
  /** Log in again. */
  session: '-1',
  /** This unit, or this user, may not: a matter for people. */
  rights: '-2',
  /** No such dossier, procedure. */
  unknown: '-4',
  /** The content is wrong; which record of a batch is not said. */
  content: '-5',
  /** No such service. */
  service: '-6',
  /** Too many calls: wait for Retry-After. */
  quota: '-7',
  /** In maintenance: wait for Retry-After. */
  maintenance: '-8',
  /** The portal itself failed; part of the batch may be kept. */
  system: '-99',
} as const;

export type Code = (typeof CODES)[keyof typeof CODES];

/** A refusal in the portal's words. */
export interface Refusal {
  readonly code: Code;
  readonly message: string;
}

export const refusal = (code: Code, message: string): Refusal => ({ code, message });

export const refused = ({ code, message }: Refusal, status = 200): Answer =>
  jsonAnswer({ error_code: code, message }, status, true);

export const done = (more: object = {}): Answer =>
  jsonAnswer({ error_code: CODES.done, message: 'Thành công', ...more });

export const SESSION_ENDED = refusal(CODES.session, 'Phiên làm việc không hợp lệ hoặc đã hết hạn');
export const NOT_FOUND = refusal(CODES.unknown, 'Không tìm thấy hồ sơ');
export const EXISTS = refusal(CODES.exists, 'Hồ sơ đã tồn tại trên hệ thống');
export const SYSTEM_FAILED = refusal(CODES.system, 'Có lỗi xảy ra trong quá trình lưu dữ liệu');
