/** @module What the API answers to the console in tests: a portal that misses two pauses, and all that hangs on them. */

export const DOSSIER = 'H15.50-260310-9001';

/** What the stub answers now; a test changes it and the page follows. */
export interface Canned {
  destinations: Record<string, unknown>[];
  waiting: Record<string, unknown>[];
  subscriptions: Record<string, unknown>[];
  dossier: Record<string, unknown>;
  events: Record<string, unknown>[];
  sync: Record<string, unknown>;
  stages: Record<string, unknown>[];
  compared: Record<string, unknown>[];
  runs: Record<string, unknown>[];
  differences: Record<string, unknown>[];
  blocked: Record<string, unknown>[];
  silent: Record<string, unknown>;
  counts: Record<string, unknown>[];
  quarantined: Record<string, unknown>[];
  incident: Record<string, unknown>;
  connectors: Record<string, unknown>[];
  /** Answered to every read in place of the rest. */
  problem: { status: number; title: string; detail: string; traceId: string } | null;
  /** Paths that were read, in order. */
  reads: string[];
}

/** A portal that misses two pauses, and the land dossier of one of them. */
export function cannedAnswers(): Canned {
  const destination = { mode: 'send', breaker: 'closed', unverified: 0, paused: null };
  return {
    destinations: [
      {
        ...destination,
        name: 'national-portal',
        behind: 3,
        retrying: 2,
        blocked: 1,
        unknown: 1,
        inStep: 338,
        oldestUnacknowledgedAt: '2026-03-20T09:10:00+07:00',
        pausesNotThere: 2,
        pausesLost: 1,
        resumed: null,
        repairsStopped: null,
      },
    ],
    counts: [
      {
        kind: 'pause-lost',
        title: { vi: 'Tạm dừng không có trên Cổng', en: 'A pause is not at the portal' },
        severity: 'critical',
        owner: 'portal',
        state: 'evidence',
        count: 1234,
        oldestAt: '2026-03-20T08:10:00+07:00',
      },
    ],
    quarantined: [
      {
        id: 7,
        at: '2026-03-20T09:00:00+07:00',
        source: 'land-registry',
        reason: 'unknown-dossier',
        detail: 'H15.50-260310-0404 is not known here',
        dossierRef: 'H15.50-260310-0404',
      },
    ],
    incident: incident(),
    connectors: [
      connector('national-portal', 'Cổng Dịch vụ công quốc gia', 'up'),
      {
        ...connector('population', 'Cơ sở dữ liệu quốc gia về dân cư', 'down'),
        stop: {
          by: 'breaker',
          why: 'timeout',
          words: null,
          since: '2026-03-20T09:00:00+07:00',
          until: '2026-03-20T09:20:00+07:00',
        },
      },
    ],
    runs: [
      {
        id: '00000000-0000-4000-8000-000000000001',
        state: 'running',
        from: '2026-03-01',
        to: '2026-03-31',
        agencyCode: 'H15',
        way: 'export',
        compared: 4500,
        unchecked: 12,
        procedureCode: null,
        repair: true,
        dryRun: false,
        inStep: 4485,
        moving: 0,
        differences: { 'pause-lost': 2, 'status-stale': 1 },
        states: { evidence: 1, repairing: 1, repaired: 1 },
        progress: 0.42,
        remainingSeconds: 600,
        requestedBy: 'binh.le',
        finishedAt: null,
        requestedAt: '2026-03-20T08:00:00+07:00',
        error: null,
      },
    ],
    differences: [
      {
        id: 7,
        dossierCode: DOSSIER,
        agencyCode: 'H15.50',
        owner: 'portal',
        repairable: true,
        repairs: 3,
        repairedAt: null,
        lastSeenAt: '2026-03-20T09:10:00+07:00',
        decidedBy: null,
        ignoredUntil: null,
        kind: 'pause-lost',
        title: { vi: 'Tạm dừng không có trên Cổng', en: 'A pause is not at the portal' },
        severity: 'critical',
        ours: { status: '6' },
        theirs: { status: '4' },
        firstSeenAt: '2026-03-20T08:10:00+07:00',
        state: 'evidence',
        cause: '-2: không có quyền cập nhật',
        decidedReason: null,
      },
    ],
    blocked: [
      {
        dossierCode: 'H15.57-260316-9002',
        blockedAt: '2026-03-20T10:02:01+07:00',
        reason: '-5: Mã TTHC không tồn tại trên hệ thống',
        suggestion: { vi: 'Mã thủ tục không có trên Cổng: đối chiếu danh mục thủ tục.', en: '' },
        attempts: 1,
      },
    ],
    silent: { total: 0, counts: {}, items: [] },
    subscriptions: [
      { name: 'iGate tỉnh', state: 'active', waiting: 0, failingSince: null, lastError: null },
      { name: 'Kho dữ liệu', state: 'paused', waiting: 12, failingSince: null, lastError: null },
    ],
    waiting: [
      {
        dossierCode: DOSSIER,
        agencyCode: 'H15.50',
        status: 'paused',
        pauseReason: 'citizen-payment',
        pausedSince: '2026-03-20T09:10:00+07:00',
        behindSince: '2026-03-20T09:10:01+07:00',
        ackedSeq: 4,
        headSeq: 6,
        attempts: 3,
        state: 'retrying',
        lastError: 'gave no answer in time',
        blockedReason: null,
      },
      {
        dossierCode: 'H15.57-260316-9002',
        agencyCode: 'H15.57',
        status: 'paused',
        pauseReason: 'supplement-appraisal',
        pausedSince: '2026-03-20T10:02:00+07:00',
        behindSince: '2026-03-20T10:02:01+07:00',
        ackedSeq: 2,
        headSeq: 3,
        attempts: 1,
        state: 'blocked',
        lastError: null,
        blockedReason: '-5: Mã TTHC không tồn tại trên hệ thống',
      },
    ],
    dossier: {
      code: DOSSIER,
      procedureCode: '1.005129',
      agencyCode: 'H15.50',
      receivedAt: '2026-03-10T08:30:00+07:00',
      routing: { receiving: 'H15.50', resolving: 'H15.12' },
      status: 'paused',
      pauseReason: 'citizen-payment',
      pauses: [{ source: 'land-registry', reason: 'citizen-payment', since: '2026-03-20T09:10:00+07:00' }],
      headSeq: 6,
      clock: {
        appointmentAt: '2026-04-06T17:00:00+07:00',
        basis: 'slip',
        suspendedWorkingMinutes: 1920,
        provisional: true,
      },
    },
    events: [
      entry(1, { source: 'igate', status: 'submitted', occurredAt: '2026-03-10T08:00:00+07:00' }),
      entry(2, {
        source: 'igate',
        status: 'accepted',
        occurredAt: '2026-03-10T08:30:00+07:00',
        officer: { name: 'Lê Thị Bình', department: 'Bộ phận Một cửa' },
      }),
      entry(3, {
        source: 'land-registry',
        status: 'processing',
        occurredAt: '2026-03-11T08:05:00+07:00',
        note: 'Thẩm định hồ sơ',
        officer: { name: 'Hồ Bảo Lan', department: 'Văn phòng Đăng ký đất đai' },
      }),
      entry(4, {
        source: 'land-registry',
        status: 'paused',
        pauseReason: 'tax-determination',
        occurredAt: '2026-03-16T14:20:00+07:00',
        note: 'Đã chuyển thông tin sang Thuế tỉnh Đắk Lắk',
      }),
      entry(5, {
        source: 'land-registry',
        status: 'paused',
        pauseReason: 'citizen-payment',
        occurredAt: '2026-03-20T09:10:00+07:00',
        note: 'Đã có thông báo thuế, chờ nộp tiền',
      }),
      entry(6, {
        source: 'coordination',
        status: 'completed',
        occurredAt: '2026-03-20T09:40:00+07:00',
        effect: false,
        withoutEffectBecause: 'other-pause-open',
      }),
    ],
    sync: {
      name: 'national-portal',
      mode: 'send',
      ackedSeq: 4,
      headSeq: 6,
      sentSeqs: [1, 2, 3, 4],
      state: 'retrying',
      attempts: 3,
      nextAttemptAt: '2026-03-20T09:45:00+07:00',
      blockedReason: null,
      lastError: 'gave no answer in time',
      seenAt: '2026-03-20T09:08:30+07:00',
      seenStatus: '6',
      seenAppointmentAt: '2026-03-31T17:00:00+07:00',
    },
    stages: [
      stage('observe', { dossiers: 21, safe: true, reasons: ['Đã đọc lại cả 21 hồ sơ từ Cổng'] }),
      stage('compare', {
        dossiers: 27,
        safe: false,
        reasons: ['1 hồ sơ: Tạm dừng không có trên Cổng', 'Nơi khác còn ghi lên Cổng: Lê Thị Bình, Bộ phận Một cửa'],
      }),
    ],
    compared: [comparison()],
    problem: null,
    reads: [],
  };
}

const connector = (name: string, vi: string, state: string): Record<string, unknown> => ({
  name,
  title: { vi, en: '' },
  state,
  stop: null,
  maintenanceUntil: null,
  limits: [],
});

/** About the lost pause: one party is late with its answer, another was not told yet. */
const incident = (): Record<string, unknown> => ({
  number: 'SC-2026-0001',
  title: 'Tạm dừng không có trên Cổng',
  state: 'open',
  differences: [{ id: 7, kind: 'pause-lost', dossierCode: DOSSIER }],
  parties: [
    {
      ...{
        party: 'data-centre',
        name: 'Trung tâm Dữ liệu quốc gia',
        contact: { phone: '1900 000 000' },
        state: 'late',
      },
      ...{
        answerWorkingDays: 3,
        sentAt: '2026-03-16T09:00:00+07:00',
        dueAt: '2026-03-19T17:00:00+07:00',
        answeredAt: null,
      },
    },
    {
      ...{ party: 'ministry', name: 'Bộ, ngành chủ quản', contact: {}, state: 'not-sent' },
      ...{ answerWorkingDays: 5, sentAt: null, dueAt: null, answeredAt: null },
    },
  ],
  openedAt: '2026-03-16T08:30:00+07:00',
  openedBy: 'binh.le',
  openedReason: 'Đã gửi lại ba lần',
  closedAt: null,
  closedBy: null,
  closedReason: null,
  messages: [
    {
      ...{ id: 1, kind: 'sent', party: 'data-centre', at: '2026-03-16T09:00:00+07:00', channel: 'document' },
      ...{ reference: '112/TTPVHCC', words: 'Gửi hồ sơ chứng minh lỗi', notedBy: 'binh.le' },
    },
  ],
  attachments: [
    {
      id: 1,
      url: '/v1/incidents/SC-2026-0001/attachments/1',
      fileName: 'man-hinh.png',
      bytes: 2048,
      addedBy: 'binh.le',
    },
  ],
});

const stage = (
  mode: string,
  known: { dossiers: number; safe: boolean; reasons: string[] },
): Record<string, unknown> => ({
  ...known,
  mode,
  next: mode === 'observe' ? 'compare' : 'send',
  reasons: known.reasons.map((vi) => ({ vi, en: '' })),
});

/** What would be written of the dossier, and the step that another connection posted. */
export const comparison = (): Record<string, unknown> => ({
  dossierCode: DOSSIER,
  agencyCode: 'H15.50',
  procedureCode: '1.005129',
  at: '2026-03-20T09:10:00+07:00',
  isCurrent: true,
  kinds: ['pause-lost'],
  findings: [{ kind: 'pause-lost', title: { vi: 'Tạm dừng không có trên Cổng', en: '' }, ours: null, theirs: null }],
  would: {
    create: false,
    records: [{ statusCode: '6', occurredAt: '2026-03-20T09:10:00+07:00', text: '' }],
    fields: ['status', 'appointment'],
  },
  theirs: [
    {
      statusCode: '4',
      occurredAt: '2026-03-19T08:00:00+07:00',
      officer: 'Lê Thị Bình',
      department: 'Bộ phận Một cửa',
      sameAs: null,
    },
  ],
});

function entry(seq: number, known: Record<string, unknown>): Record<string, unknown> {
  return {
    seq,
    type: 'status',
    pauseReason: null,
    recordedAt: known.occurredAt,
    effect: true,
    withoutEffectBecause: null,
    lateReported: false,
    appointmentAt: null,
    officer: null,
    note: null,
    details: null,
    ...known,
  };
}
