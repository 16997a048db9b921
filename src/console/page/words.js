/** @module The screen's words: the API's codes in the field's own Vietnamese. */

const of = (words) => (code) => words[code] ?? code;

/** A status of the timeline or of the dossier. */
export const statusWord = of({
  submitted: 'Mới đăng ký',
  accepted: 'Được tiếp nhận',
  rejected: 'Không được tiếp nhận',
  processing: 'Đang xử lý',
  paused: 'Tạm dừng',
  resumed: 'Tiếp tục xử lý',
  withdrawn: 'Công dân yêu cầu rút hồ sơ',
  stopped: 'Dừng giải quyết hồ sơ',
  completed: 'Đã xử lý xong',
  returned: 'Đã trả kết quả',
  reopened: 'Mở lại hồ sơ',
});

/** The colour of a status. */
export const statusTone = (status) =>
  ({ paused: 'warn', completed: 'good', returned: 'good', rejected: 'ended', withdrawn: 'ended', stopped: 'ended' })[
    status
  ] ?? 'calm';

/** What an entry that reports no status is about. */
export const kindWord = of({
  fields: 'Thông tin hồ sơ',
  appointment: 'Ngày hẹn trả kết quả',
  payment: 'Phí, lệ phí',
  result: 'Kết quả',
  transfer: 'Chuyển xử lý',
  void: 'Bỏ một mục ghi nhầm',
  claim: 'Nơi khác ghi trên Cổng',
});

export const reasonWord = of({
  supplement: 'yêu cầu bổ sung, hoàn thiện hồ sơ',
  'supplement-intake': 'yêu cầu bổ sung hồ sơ khi tiếp nhận',
  'supplement-appraisal': 'yêu cầu bổ sung hồ sơ khi thẩm định',
  'financial-obligation': 'nghĩa vụ tài chính',
  'tax-determination': 'chờ cơ quan thuế xác định nghĩa vụ tài chính',
  'citizen-payment': 'chờ thực hiện nghĩa vụ tài chính',
  consultation: 'lấy ý kiến',
  'linked-agency': 'chờ cơ quan liên thông',
  'field-inspection': 'kiểm tra thực địa',
  'expert-examination': 'giám định, trưng cầu ý kiến chuyên môn',
  'public-posting': 'niêm yết công khai',
  'violation-handling': 'xử lý vi phạm',
  'inheritance-division': 'phân chia di sản thừa kế',
  extension: 'gia hạn thời gian giải quyết',
  'force-majeure': 'sự kiện bất khả kháng',
  other: 'lý do khác',
});

/** The national portal's own codes (QĐ 766: mã trạng thái hồ sơ). */
export const portalStatusWord = of({
  1: 'Mới đăng ký',
  2: 'Được tiếp nhận',
  3: 'Không được tiếp nhận',
  4: 'Đang xử lý',
  5: 'Yêu cầu bổ sung giấy tờ',
  6: 'Yêu cầu thực hiện nghĩa vụ tài chính',
  7: 'Công dân yêu cầu rút hồ sơ',
  8: 'Dừng xử lý',
  9: 'Đã xử lý xong',
  10: 'Đã trả kết quả',
});

export const sourceWord = of({
  igate: 'Một cửa (iGate)',
  operator: 'Cán bộ vận hành',
  gateway: 'Liên Thông',
  'land-registry': 'Hệ thống thông tin đất đai (VBDLIS)',
  coordination: 'Hệ thống điều phối',
  'civil-status': 'Hệ thống hộ tịch điện tử',
  'business-registry': 'CSDL quốc gia về đăng ký doanh nghiệp',
  tax: 'Hệ thống của cơ quan Thuế',
  'payment-platform': 'Nền tảng thanh toán',
  'national-portal': 'Cổng Dịch vụ công quốc gia',
});

/** Sources on the province's side; every other one is a ministry's system. */
export const OWN_SOURCES = new Set(['igate', 'operator', 'gateway']);

export const destinationWord = of({ 'national-portal': 'Cổng Dịch vụ công quốc gia' });

export const modeWord = of({ observe: 'Chỉ theo dõi', compare: 'So sánh, không gửi', send: 'Gửi' });

/** What a person at the console may do. */
export const roleWord = of({
  viewer: 'Người xem',
  operator: 'Cán bộ vận hành',
  auditor: 'Giám sát',
  admin: 'Quản trị',
});

/** A field of the dossier that would be written at the portal. */
export const fieldWord = of({
  status: 'trạng thái',
  appointment: 'ngày hẹn trả',
  supplements: 'yêu cầu bổ sung',
  procedureCode: 'thủ tục',
  agencyCode: 'đơn vị xử lý',
  channel: 'hình thức nộp',
  applicant: 'chủ hồ sơ',
  summary: 'trích yếu',
  submittedAt: 'ngày nộp',
  receivedAt: 'ngày tiếp nhận',
  components: 'thành phần hồ sơ',
  fees: 'phí, lệ phí',
  results: 'kết quả',
  databasesUsed: 'cơ sở dữ liệu đã khai thác',
});

/** Why an entry is kept without effect. */
export const withoutEffectWord = of({
  'after-end': 'hồ sơ đã kết thúc trước đó',
  'not-ended': 'hồ sơ chưa kết thúc',
  'already-paused': 'đang tạm dừng với chính lý do này',
  'other-pause-open': 'hệ thống khác còn tạm dừng',
  'nothing-to-resume': 'không có tạm dừng để tiếp tục',
  'partly-paid': 'mới nộp một phần',
  'paid-already': 'đã nộp đủ trước đó',
  'not-advancing': 'hồ sơ đã qua bước này',
  'may-not-end': 'hệ thống này không được kết thúc hồ sơ',
  'other-writer': 'nơi khác ghi, không phải nguồn của hồ sơ',
  voided: 'đã bỏ vì ghi nhầm',
});

/** State of one dossier at a destination: tone and word. */
export const syncState = (state) =>
  ({
    'in-step': ['good', 'Đã xác nhận'],
    behind: ['warn', 'Lệch trạng thái'],
    retrying: ['warn', 'Đang thử lại'],
    blocked: ['bad', 'Bị chặn'],
    held: ['calm', 'Chờ xử lý (chưa khớp)'],
    unverified: ['warn', 'Chưa rõ kết quả'],
    observing: ['calm', 'Không gửi'],
  })[state] ?? ['calm', state];

/** Why a state of the sync is listed, as a heading. */
export const outOfStepWord = of({
  behind: 'Chưa gửi',
  retrying: 'Đang thử lại',
  blocked: 'Bị chặn',
  unknown: 'Chưa rõ kết quả',
  unverified: 'Chưa đọc lại được',
});

/** State of a difference: tone and word. */
export const differenceState = (state) =>
  ({
    found: ['calm', 'Mới thấy một lần'],
    confirmed: ['warn', 'Chờ xử lý'],
    repairing: ['warn', 'Đang khắc phục'],
    repaired: ['good', 'Đã khắc phục'],
    evidence: ['bad', 'Cần lập sự cố'],
    closed: ['ended', 'Đã đóng'],
    ignored: ['calm', 'Tạm bỏ qua'],
  })[state] ?? ['calm', state];

/** Who has to act about a difference. */
export const ownerWord = of({
  gateway: 'Liên Thông',
  portal: 'Cổng Dịch vụ công quốc gia',
  ministry: 'Bộ, ngành',
  igate: 'Một cửa (iGate)',
  'other-writer': 'Hệ thống khác ghi lên Cổng',
  'payment-platform': 'Nền tảng thanh toán',
  bank: 'Ngân hàng',
});

/** Members of what a side shows of a difference. */
export const sideWord = of({
  occurredAt: 'lúc',
  channel: 'hình thức nộp',
  agencyCode: 'cơ quan',
  alias: 'số',
  count: 'số tiến độ',
  results: 'số kết quả',
  references: 'mã tham chiếu',
  amount: 'số tiền',
  state: 'tình trạng',
  asked: 'nền tảng trả lời',
  settled: 'ngân hàng ghi có',
  paidAt: 'nộp lúc',
  system: 'đang ở',
  systems: 'đúng ra ở',
  sinceAt: 'từ',
});

/** How a dossier was handed in, by the portal's code. */
export const channelWord = of({ '': 'Trực tiếp', 1: 'Trực tiếp', 2: 'Trực tuyến', 3: 'Bưu chính công ích' });

/** State of a payment. */
export const paymentWord = of({
  created: 'mới tạo',
  pending: 'chờ kết quả',
  succeeded: 'đã nộp',
  failed: 'không thành công',
  unknown: 'chưa rõ kết quả',
  'debited-failed': 'đã trừ tiền, giao dịch không thành công',
  'refund-requested': 'đã yêu cầu hoàn tiền',
  refunded: 'đã hoàn tiền',
  recovered: 'nền tảng đã ghi nhận lại',
  settled: 'ngân hàng đã ghi có',
});

/** The colour of a severity. */
export const severityTone = (severity) =>
  ({ critical: 'bad', high: 'bad', medium: 'warn', low: 'calm' })[severity] ?? 'calm';

/** How catalogues differ in one thing. */
export const catalogueKindWord = of({
  'only-here': 'Chỉ có ở tỉnh',
  'only-there': 'Chỉ có ở bên kia',
  'ended-here': 'Ở tỉnh đã hết hiệu lực',
  'code-differs': 'Bên kia dùng mã cũ',
  'name-differs': 'Tên khác nhau',
  'sector-differs': 'Lĩnh vực khác nhau',
  'limit-differs': 'Thời hạn giải quyết khác nhau',
  'fees-differ': 'Phí, lệ phí khác nhau',
  'parent-differs': 'Cơ quan cấp trên khác nhau',
});

/** State of a catalogue difference: tone and word. */
export const catalogueState = (state) =>
  ({ open: ['warn', 'Đang có'], ignored: ['calm', 'Tạm bỏ qua'], ended: ['good', 'Đã hết'] })[state] ?? ['calm', state];

/** What is compared of catalogues. */
export const factWord = of({
  procedures: 'Thủ tục',
  names: 'Tên thủ tục',
  sectors: 'Lĩnh vực',
  limits: 'Thời hạn giải quyết',
  fees: 'Phí, lệ phí',
  agencies: 'Cơ quan',
});

/** How an upstream does: tone and word. */
export const healthState = (state) =>
  ({
    up: ['good', 'Đang kết nối'],
    degraded: ['warn', 'Chập chờn'],
    down: ['bad', 'Gián đoạn'],
    maintenance: ['warn', 'Bảo trì'],
    quota: ['warn', 'Hết lượt gọi'],
    unknown: ['calm', 'Chưa gọi lần nào'],
    inbound: ['calm', 'Chỉ nhận tin gửi đến'],
    'not-connected': ['ended', 'Chưa kết nối'],
  })[state] ?? ['calm', state];

/** Why a dossier is silently left behind. */
export const silenceWord = of({
  'not-queued': 'Chưa được đưa vào hàng gửi',
  'not-tried': 'Đến lượt gửi đã hơn một giờ mà chưa gửi',
  'lease-lost': 'Đang gửi dở thì tiến trình dừng, chưa ai nhận lại',
});

/** Why a reconciliation did not judge a dossier. */
export const uncheckedWord = of({
  'at-rest': 'Đã kết thúc, gần đây không gửi gì',
  moved: 'Đã thay đổi sau khi kết xuất',
  unreadable: 'Không đọc được trả lời của Cổng',
});

/** What an entry of an incident's record is. */
export const messageWord = of({ step: 'Cán bộ thực hiện', sent: 'Đã gửi', answered: 'Đã trả lời' });

export const channelOfMessage = of({
  document: 'Văn bản',
  email: 'Thư điện tử',
  phone: 'Điện thoại',
  system: 'Hệ thống hỗ trợ',
  other: 'Hình thức khác',
});

/** How the clock of a party of an incident stands: tone and word. */
export const partyState = (state) =>
  ({
    'not-sent': ['calm', 'Chưa gửi'],
    waiting: ['warn', 'Chờ trả lời'],
    late: ['bad', 'Quá hạn trả lời'],
    answered: ['good', 'Đã trả lời'],
  })[state] ?? ['calm', state];

export const basisWord = of({
  slip: 'theo giấy tiếp nhận hồ sơ và hẹn trả kết quả',
  ministry: 'theo ngày hẹn trả mới của Bộ, ngành',
  'form-04': 'theo văn bản xin lỗi và đề nghị gia hạn',
  computed: 'theo thời hạn giải quyết',
});
