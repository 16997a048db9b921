/** @module The one table of errors: what each code means, who failed and what the caller can do about it. */

/** Who has to act for the call to succeed. */
export type Culprit = 'caller' | 'gateway' | 'upstream';

/** A text in both languages of the product. */
export interface Bilingual {
  readonly vi: string;
  readonly en: string;
}

/** One row of the table. */
export interface ErrorDeclaration {
  readonly status: number;
  readonly who: Culprit;
  /** Whether the same call may succeed later without any change. */
  readonly retryable: boolean;
  readonly title: Bilingual;
  readonly action: Bilingual;
}

type Texts = readonly [titleVi: string, titleEn: string, actionVi: string, actionEn: string];

const row = (status: number, who: Culprit, retryable: boolean, texts: Texts): ErrorDeclaration => ({
  status,
  who,
  retryable,
  title: { vi: texts[0], en: texts[1] },
  action: { vi: texts[2], en: texts[3] },
});
const caller = (status: number, ...texts: Texts) => row(status, 'caller', false, texts);
const callerLater = (status: number, ...texts: Texts) => row(status, 'caller', true, texts);
const gateway = (status: number, ...texts: Texts) => row(status, 'gateway', true, texts);
const upstream = (status: number, ...texts: Texts) => row(status, 'upstream', false, texts);
const upstreamLater = (status: number, ...texts: Texts) => row(status, 'upstream', true, texts);

/** Every error the gateway answers, by its stable code. The documents' pages are generated from it. */
export const errors = {
  'malformed-request': caller(
    400,
    'Yêu cầu không đúng cú pháp',
    'The request is malformed',
    'Kiểm tra đường dẫn, tiêu đề và độ dài nội dung theo chuẩn HTTP rồi gửi lại.',
    'Check the address, the headers and the length of the body against HTTP, then send it again.',
  ),
  'malformed-json': caller(
    400,
    'Nội dung gửi lên không phải JSON hợp lệ',
    'The body is not valid JSON',
    'Gửi nội dung JSON hợp lệ, mã hóa UTF-8, với Content-Type: application/json.',
    'Send valid JSON in UTF-8 with Content-Type: application/json.',
  ),
  'invalid-parameters': caller(
    400,
    'Tham số không hợp lệ',
    'A parameter is not valid',
    'Sửa các tham số nêu trong violations (đường dẫn, truy vấn hoặc tiêu đề).',
    'Correct the parameters listed in violations (path, query or headers).',
  ),
  'purpose-required': caller(
    400,
    'Thiếu mục đích khai thác',
    'The purpose of the access is missing',
    'Gửi kèm các tiêu đề X-Purpose, X-Dossier và X-Officer.',
    'Send the headers X-Purpose, X-Dossier and X-Officer.',
  ),
  'purpose-unknown': caller(
    400,
    'Mục đích khai thác không có trong danh mục',
    'The purpose does not stand in the catalogue',
    'Dùng một mã còn hiệu lực của GET /v1/purposes trong X-Purpose.',
    'Use a code of GET /v1/purposes that is in effect as X-Purpose.',
  ),
  'idempotency-key-required': caller(
    400,
    'Thiếu khóa chống gửi trùng',
    'The idempotency key is missing',
    'Gửi kèm tiêu đề Idempotency-Key, mỗi thao tác một giá trị riêng.',
    'Send the header Idempotency-Key with a value of its own for each act.',
  ),
  unauthorized: caller(
    401,
    'Chưa xác thực',
    'Authentication is required',
    'Lấy mã truy cập tại /oauth2/token rồi gửi trong tiêu đề Authorization: Bearer.',
    'Get an access token from /oauth2/token and send it as Authorization: Bearer.',
  ),
  'token-expired': caller(
    401,
    'Mã truy cập đã hết hạn',
    'The access token has expired',
    'Lấy mã truy cập mới tại /oauth2/token rồi gửi lại.',
    'Get a new access token from /oauth2/token and send the call again.',
  ),
  'token-invalid': caller(
    401,
    'Mã truy cập không hợp lệ',
    'The access token is not valid',
    'Dùng đúng mã truy cập do nơi cấp của cổng này phát hành, không sửa đổi.',
    "Use a token as issued by this gateway's issuer, unchanged.",
  ),
  'token-revoked': caller(
    401,
    'Mã truy cập đã bị thu hồi',
    'The access token was revoked',
    'Lấy mã truy cập mới bằng khóa đang dùng của ứng dụng; nếu vẫn bị từ chối, liên hệ quản trị của tỉnh.',
    'Get a new token with the present secret or key of the client; if that is refused too, ask the operator.',
  ),
  'session-over': caller(
    401,
    'Phiên làm việc đã hết',
    'The session is over',
    'Đăng nhập lại tại /console/log-in.',
    'Log in again at /console/log-in.',
  ),
  'webhook-signature-missing': caller(
    401,
    'Thiếu chữ ký của thông điệp',
    'The message is not signed',
    'Gửi kèm webhook-id, webhook-timestamp và webhook-signature (phiên bản v1).',
    'Send webhook-id, webhook-timestamp and webhook-signature (version v1).',
  ),
  'webhook-signature-invalid': caller(
    401,
    'Chữ ký của thông điệp không đúng',
    'The signature of the message is wrong',
    'Ký đúng chuỗi byte đã gửi bằng khóa đang dùng; hỏi quản trị của tỉnh nếu khóa vừa được thay.',
    'Sign the exact bytes sent with the current secret; ask the operator whether it has just been rotated.',
  ),
  'webhook-timestamp-out-of-window': caller(
    401,
    'Thời điểm của thông điệp lệch quá 5 phút',
    'The time of the message is more than 5 minutes off',
    'Chỉnh đồng hồ máy gửi và ký lại thông điệp mỗi lần gửi.',
    "Set the sender's clock right and sign the message anew for each attempt.",
  ),
  'webhook-proof-invalid': caller(
    401,
    'Mã bảo mật của hệ thống gửi không đúng',
    "The sender's security code is wrong",
    'Dùng đúng địa chỉ tiếp nhận do tỉnh cấp.',
    'Use the address exactly as the province gave it.',
  ),
  'session-proof-missing': caller(
    403,
    'Yêu cầu không đến từ trang quản trị',
    'The call does not come from the console',
    'Gửi kèm X-CSRF-Token của phiên (GET /console/session).',
    'Send the X-CSRF-Token of the session (GET /console/session).',
  ),
  'forbidden-scope': caller(
    403,
    'Không có quyền thực hiện thao tác này',
    'The token lacks the scope of this operation',
    'Xin quản trị cấp quyền nêu trong scope, hoặc lấy mã truy cập có quyền đó.',
    'Ask the operator for the scope named in scope, or get a token that carries it.',
  ),
  'forbidden-agency': caller(
    403,
    'Không có quyền với hồ sơ của cơ quan này',
    'The client may not touch dossiers of this agency',
    'Kiểm tra mã cơ quan; xin quản trị cấp quyền nếu cần.',
    'Check the agency code; ask the operator to grant the agency if needed.',
  ),
  'forbidden-address': caller(
    403,
    'Địa chỉ gọi không được phép',
    'The calling address is not allowed',
    'Gọi từ địa chỉ đã đăng ký, hoặc xin quản trị bổ sung địa chỉ.',
    'Call from a registered address, or ask the operator to add this one.',
  ),
  'forbidden-purpose': caller(
    403,
    'Ứng dụng không được khai thác cho mục đích này',
    'The client was not granted this purpose',
    'Dùng mục đích đã được cấp, hoặc xin quản trị cấp mục đích nêu ở purpose.',
    'Use a purpose that was granted, or ask the operator for the one named in purpose.',
  ),
  'client-suspended': caller(
    403,
    'Ứng dụng đang bị đình chỉ',
    'The client is suspended',
    'Liên hệ quản trị của tỉnh; mã truy cập mới cũng bị từ chối cho tới khi được mở lại.',
    'Ask the operator; a new token is refused as well until the client is resumed.',
  ),
  'client-expired': caller(
    403,
    'Ứng dụng đã hết thời hạn sử dụng',
    'The client’s time has ended',
    'Xin quản trị của tỉnh gia hạn.',
    'Ask the operator to extend its validity.',
  ),
  'client-not-yet-valid': caller(
    403,
    'Ứng dụng chưa đến ngày được sử dụng',
    'The client’s time has not begun',
    'Gọi lại từ ngày có hiệu lực, hoặc xin quản trị của tỉnh sửa ngày.',
    'Call from the day it is valid, or ask the operator to change that day.',
  ),
  'not-found': caller(
    404,
    'Không tìm thấy',
    'Not found',
    'Kiểm tra đường dẫn theo tài liệu tại /docs và mã định danh trong đường dẫn.',
    'Check the path against /docs and the identifier in it.',
  ),
  'dossier-not-found': caller(
    404,
    'Không tìm thấy hồ sơ',
    'The dossier is not known here',
    'Kiểm tra mã hồ sơ; hồ sơ chưa đăng ký thì đăng ký bằng PUT /v1/dossiers/{code}.',
    'Check the dossier code; register an unknown dossier with PUT /v1/dossiers/{code}.',
  ),
  'method-not-allowed': caller(
    405,
    'Phương thức không được hỗ trợ ở đường dẫn này',
    'This path does not take that method',
    'Dùng một trong các phương thức nêu ở tiêu đề Allow.',
    'Use one of the methods in the header Allow.',
  ),
  conflict: caller(
    409,
    'Xung đột với trạng thái hiện tại',
    'The call conflicts with the present state',
    'Đọc lại dữ liệu hiện tại rồi quyết định gửi lại hay không.',
    'Read the present state again, then decide whether to send it anew.',
  ),
  'act-not-offered': caller(
    409,
    'Hệ thống đích không nhận thao tác này',
    'The system takes no such act',
    'Báo cho đơn vị nêu ở upstream bằng cách khác (văn bản, điện thoại); hồ sơ vẫn được theo dõi như trước.',
    'Tell the office named in upstream by other means; the dossier is followed as before.',
  ),
  'alias-taken': caller(
    409,
    'Mã tham chiếu đã thuộc về hồ sơ khác',
    'The alias belongs to another dossier',
    'Bỏ mã tham chiếu bị trùng hoặc sửa ở hồ sơ đang giữ mã đó.',
    'Leave the alias out, or take it from the dossier that holds it.',
  ),
  'alias-ambiguous': caller(
    409,
    'Mã tham chiếu trỏ tới nhiều hồ sơ',
    'The alias points to more than one dossier',
    'Dùng mã hồ sơ đầy đủ thay cho mã tham chiếu.',
    'Use the full dossier code instead of the alias.',
  ),
  'event-id-reused': caller(
    409,
    'Mã sự kiện đã dùng cho nội dung khác',
    'The event id was used for other content',
    'Cấp mã mới cho sự kiện mới; gửi lại sự kiện cũ với đúng nội dung cũ.',
    'Give a new event a new id; resend an old one with its old content.',
  ),
  'payment-open': callerLater(
    409,
    'Đang có một giao dịch thanh toán chưa rõ kết quả',
    'A payment of these fees is not decided yet',
    'Không yêu cầu người nộp thanh toán lại; dùng trang thanh toán của giao dịch nêu ở paymentId, hoặc đợi kết quả.',
    'Do not ask the payer to pay again: use the page of the payment named in paymentId, or wait for its outcome.',
  ),
  'payment-made': caller(
    409,
    'Khoản phí đã được thanh toán',
    'The fee has been paid',
    'Xem giao dịch nêu ở paymentId; muốn thu lại thì hoàn tiền giao dịch đó trước.',
    'See the payment named in paymentId; to collect it anew, refund that one first.',
  ),
  'refund-impossible': caller(
    409,
    'Không thể hoàn tiền giao dịch này',
    'The payment cannot be refunded',
    'Đọc lại giao dịch: chỉ hoàn khoản tiền đã trừ và chưa hoàn, mỗi lần trọn một giao dịch.',
    'Read the payment again: only money that was debited and is not back is refunded, one whole transaction at a time.',
  ),
  'idempotency-in-progress': callerLater(
    409,
    'Thao tác cùng khóa đang được xử lý',
    'A call with this idempotency key is still running',
    'Đợi hết thời gian ở Retry-After rồi gửi lại đúng yêu cầu cũ.',
    'Wait for Retry-After, then send the same call again.',
  ),
  'cursor-expired': caller(
    410,
    'Cursor đã quá thời gian lưu',
    'The cursor is older than what is kept',
    'Có thể đã mất thay đổi: đọc lại các hồ sơ cần thiết, rồi tiếp tục từ cursor nêu trong câu trả lời.',
    'Changes may have been missed: read the dossiers that matter again, then go on from the cursor in the answer.',
  ),
  'unverified-field': callerLater(
    409,
    'Hồ sơ còn thông tin chưa xác minh',
    'The dossier holds facts that are not verified yet',
    'Chờ xác minh tự động (xem verification của hồ sơ), hoặc sửa thông tin sai rồi gửi lại.',
    'Wait for the verification, which runs by itself (verification of the dossier), or correct what is wrong, then send it again.',
  ),
  'precondition-failed': caller(
    412,
    'Dữ liệu đã được người khác thay đổi',
    'Someone else changed it meanwhile',
    'Đọc lại để lấy ETag mới rồi gửi lại thay đổi với If-Match.',
    'Read it again for the new ETag and send the change with If-Match.',
  ),
  'payload-too-large': caller(
    413,
    'Nội dung gửi lên quá lớn',
    'The body is too large',
    'Chia nhỏ nội dung theo giới hạn nêu ở limit (byte).',
    'Split the body so that each part fits the limit named in limit (bytes).',
  ),
  'uri-too-long': caller(
    414,
    'Đường dẫn quá dài',
    'The address is too long',
    'Rút ngắn các tham số trong đường dẫn.',
    'Shorten the parameters of the address.',
  ),
  'unsupported-media-type': caller(
    415,
    'Kiểu nội dung không được hỗ trợ',
    'The content type is not supported',
    'Gửi với Content-Type nêu trong tài liệu của thao tác, thường là application/json.',
    'Send it with the Content-Type of the operation in the documents, as a rule application/json.',
  ),
  validation: caller(
    422,
    'Nội dung chưa hợp lệ',
    'The content is not valid',
    'Sửa từng trường nêu trong violations rồi gửi lại.',
    'Correct each field listed in violations and send it again.',
  ),
  'payment-account-unknown': caller(
    422,
    'Chưa khai báo tài khoản thụ hưởng',
    'The account to be credited is not known',
    'Báo quản trị khai báo tài khoản thụ hưởng của cơ quan (BENEFICIARY_ACCOUNTS_FILE).',
    'Ask the operator to state the agency’s account (BENEFICIARY_ACCOUNTS_FILE).',
  ),
  'idempotency-key-reused': caller(
    422,
    'Khóa chống gửi trùng đã dùng cho nội dung khác',
    'The idempotency key was used with another body',
    'Dùng khóa mới cho thao tác mới; gửi lại thao tác cũ với đúng nội dung cũ.',
    'Use a new key for a new act; repeat an old act with its old body.',
  ),
  'reason-required': caller(
    422,
    'Thiếu lý do',
    'A reason is required',
    'Gửi kèm trường reason nêu lý do của thao tác.',
    'Send the field reason with why this is done.',
  ),
  'precondition-required': caller(
    428,
    'Thiếu điều kiện cập nhật',
    'The update needs a precondition',
    'Đọc dữ liệu để lấy ETag rồi gửi lại với If-Match.',
    'Read it for its ETag and send the change with If-Match.',
  ),
  'rate-limited': callerLater(
    429,
    'Gọi quá nhanh',
    'Too many calls',
    'Đợi hết số giây ở Retry-After; giới hạn bị chạm được nêu trong limit.',
    'Wait for the seconds in Retry-After; the limit that was hit is named in limit.',
  ),
  'headers-too-large': caller(
    431,
    'Tiêu đề của yêu cầu quá lớn',
    'The headers of the request are too large',
    'Bỏ bớt tiêu đề không cần thiết.',
    'Leave out headers that are not needed.',
  ),
  internal: row(500, 'gateway', false, [
    'Lỗi của cổng kết nối',
    'The gateway failed',
    'Báo quản trị kèm mã truy vết (traceId); không phải lỗi của bên gọi.',
    'Tell the operator the traceId; the caller did nothing wrong.',
  ]),
  'provider-not-configured': row(501, 'gateway', false, [
    'Tỉnh chưa kết nối hệ thống này',
    'The province has not connected this system',
    'Hỏi quản trị đặt địa chỉ và tài khoản cho kết nối nêu ở upstream, hoặc chọn provider khác.',
    'Ask the operator to set the address and account of the connector named in upstream, or choose another provider.',
  ]),
  'upstream-auth': upstream(
    502,
    'Hệ thống đích từ chối tài khoản của tỉnh',
    "The upstream refused the province's credentials",
    'Báo quản trị kiểm tra tài khoản kết nối với hệ thống nêu ở upstream.',
    'Tell the operator to check the credentials for the system named in upstream.',
  ),
  'upstream-rejected': upstream(
    502,
    'Hệ thống đích từ chối yêu cầu',
    'The upstream rejected the request',
    'Xem lời từ chối trong detail, sửa dữ liệu rồi gửi lại.',
    'Read its words in detail, correct the data and send it again.',
  ),
  'upstream-contract': upstream(
    502,
    'Hệ thống đích trả lời sai định dạng đã thống nhất',
    "The upstream's answer broke its contract",
    'Báo quản trị kèm traceId; hệ thống đích có thể vừa thay đổi.',
    'Tell the operator the traceId; the upstream may have changed its interface.',
  ),
  'upstream-unavailable': upstreamLater(
    503,
    'Hệ thống đích đang gián đoạn',
    'The upstream is down',
    'Gửi lại sau số giây ở Retry-After; trạng thái các kết nối xem tại /status.',
    'Send it again after Retry-After; see /status for the state of the connections.',
  ),
  'issuer-unavailable': upstreamLater(
    503,
    'Nơi cấp mã truy cập đang gián đoạn',
    'The issuer of access tokens is down',
    'Gửi lại sau ít giây; nếu kéo dài, báo đơn vị vận hành nơi cấp mã nêu trong issuer.',
    'Send it again in a few seconds; if it lasts, tell those who run the issuer named in issuer.',
  ),
  'upstream-maintenance': upstreamLater(
    503,
    'Hệ thống đích đang bảo trì',
    'The upstream is under maintenance',
    'Gửi lại sau khi hết bảo trì (Retry-After).',
    'Send it again after the maintenance (Retry-After).',
  ),
  'upstream-quota': upstreamLater(
    503,
    'Hệ thống đích tạm giới hạn số lượt gọi',
    "The upstream's quota is used up",
    'Gửi lại sau số giây ở Retry-After.',
    'Send it again after Retry-After.',
  ),
  'upstream-timeout': upstreamLater(
    504,
    'Hệ thống đích không trả lời kịp',
    'The upstream did not answer in time',
    'Với thao tác ghi, hỏi lại kết quả trước khi gửi lại; với thao tác đọc, gửi lại sau.',
    'For a write, ask for its outcome before sending it again; for a read, try later.',
  ),
  'deadline-exceeded': callerLater(
    504,
    'Hết thời gian bên gọi cho phép',
    'The deadline of the call has passed',
    'Tăng Request-Timeout hoặc hỏi lại kết quả sau.',
    'Raise Request-Timeout, or ask for the outcome later.',
  ),
  'queue-full': gateway(
    503,
    'Cổng kết nối đang quá tải',
    'The gateway has too much in hand',
    'Gửi lại đúng yêu cầu này sau số giây ở Retry-After; chưa có gì được lưu.',
    'Send the same call again after Retry-After; nothing of it was stored.',
  ),
  overloaded: gateway(
    503,
    'Cổng kết nối đang quá tải',
    'The gateway has more to do than it can',
    'Gửi lại đúng yêu cầu này sau số giây ở Retry-After; chưa có gì được xử lý.',
    'Send the same call again after Retry-After; nothing of it was done.',
  ),
  'bulkhead-full': gateway(
    503,
    'Quá nhiều yêu cầu cùng lúc tới hệ thống đích',
    'Too many calls to this upstream at once',
    'Gửi lại sau số giây ở Retry-After.',
    'Send it again after Retry-After.',
  ),
  'database-unavailable': gateway(
    503,
    'Cơ sở dữ liệu của cổng tạm thời không truy cập được',
    "The gateway's database cannot be reached",
    'Gửi lại sau số giây ở Retry-After; chưa có gì được xác nhận.',
    'Send it again after Retry-After; nothing was confirmed.',
  ),
  'audit-unavailable': gateway(
    503,
    'Không ghi được nhật ký truy cập',
    'The audit log cannot be written',
    'Gửi lại sau; dữ liệu chỉ được trả khi lượt truy cập đã vào nhật ký.',
    'Try later; data is given out only once the access is in the log.',
  ),
} as const satisfies Record<string, ErrorDeclaration>;

/** A stable code of the table. */
export type ErrorCode = keyof typeof errors;

/** One fault in what was sent: where (RFC 9535 path into the body, or `query.x`, `path.x`, `header.x`) and what. */
export interface Violation {
  readonly path: string;
  readonly message: string;
}

/** Facts that travel in the answer. For a 5xx of the gateway itself only `retryAfter` leaves the process. */
export interface ErrorFacts {
  /** What happened in this case, in English; `detailVi` the same in Vietnamese. */
  readonly detail?: string;
  readonly detailVi?: string;
  /** The name of the connector whose upstream failed. */
  readonly upstream?: string;
  /** Seconds until a repeat makes sense. */
  readonly retryAfter?: number;
  readonly violations?: readonly Violation[];
  /** Further members of the problem document, e.g. `scope`, `limit`, `dossierCode`. */
  readonly extra?: Readonly<Record<string, string | number | boolean | null>>;
  /** Response headers that belong to the error, e.g. `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What caused it; logged, never answered. */
  readonly cause?: unknown;
}

/** An error of the table with the facts of the case. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly facts: ErrorFacts;

  constructor(code: ErrorCode, facts: ErrorFacts = {}) {
    super(facts.detail ?? errors[code].title.en, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.facts = facts;
  }

  get declaration(): ErrorDeclaration {
    return errors[this.code];
  }
}

/**
 * Throws the error of that code.
 *
 * @throws GatewayError always
 */
export function fail(code: ErrorCode, facts?: ErrorFacts): never {
  throw new GatewayError(code, facts);
}
