/** @module The words that spreadsheets write for statuses, channels and kinds, with and without their marks. */
import type { Status } from '../dossiers/status.ts';

/** Lower case, without marks and punctuation: `Ngày hẹn trả` and `ngay_hen_tra` are one. */
export const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

export interface ToldStatus {
  readonly status: Exclude<Status, 'resumed'>;
  /** Where the word tells it. */
  readonly pauseReason?: string;
}

/** The national codes stand beside the words. */
export const STATUS_WORDS: ReadonlyMap<string, ToldStatus> = new Map(
  Object.entries<ToldStatus>({
    '1': { status: 'submitted' },
    'moi dang ky': { status: 'submitted' },
    'cho tiep nhan': { status: 'submitted' },
    submitted: { status: 'submitted' },
    '2': { status: 'accepted' },
    'duoc tiep nhan': { status: 'accepted' },
    'da tiep nhan': { status: 'accepted' },
    accepted: { status: 'accepted' },
    '3': { status: 'rejected' },
    'khong duoc tiep nhan': { status: 'rejected' },
    'tu choi tiep nhan': { status: 'rejected' },
    rejected: { status: 'rejected' },
    '4': { status: 'processing' },
    'dang xu ly': { status: 'processing' },
    'dang giai quyet': { status: 'processing' },
    processing: { status: 'processing' },
    '5': { status: 'paused', pauseReason: 'supplement' },
    'yeu cau bo sung giay to': { status: 'paused', pauseReason: 'supplement' },
    'yeu cau bo sung': { status: 'paused', pauseReason: 'supplement' },
    'cho bo sung': { status: 'paused', pauseReason: 'supplement' },
    '6': { status: 'paused', pauseReason: 'financial-obligation' },
    'yeu cau thuc hien nghia vu tai chinh': { status: 'paused', pauseReason: 'financial-obligation' },
    'cho thuc hien nghia vu tai chinh': { status: 'paused', pauseReason: 'financial-obligation' },
    'nghia vu tai chinh': { status: 'paused', pauseReason: 'financial-obligation' },
    'tam dung': { status: 'paused' },
    paused: { status: 'paused' },
    '7': { status: 'withdrawn' },
    'cong dan yeu cau rut ho so': { status: 'withdrawn' },
    'rut ho so': { status: 'withdrawn' },
    withdrawn: { status: 'withdrawn' },
    '8': { status: 'stopped' },
    'dung xu ly': { status: 'stopped' },
    'dung giai quyet': { status: 'stopped' },
    stopped: { status: 'stopped' },
    '9': { status: 'completed' },
    'da xu ly xong': { status: 'completed' },
    'da giai quyet': { status: 'completed' },
    completed: { status: 'completed' },
    '10': { status: 'returned' },
    'da tra ket qua': { status: 'returned' },
    returned: { status: 'returned' },
  }),
);

const words = (entries: Record<string, string>): ReadonlyMap<string, string> => new Map(Object.entries(entries));

export const CHANNEL_WORDS = words({
  'truc tiep': 'counter',
  'tai bo phan mot cua': 'counter',
  'tai quay': 'counter',
  counter: 'counter',
  '1': 'counter',
  'truc tuyen': 'online',
  online: 'online',
  '2': 'online',
  'buu chinh': 'post',
  'qua buu chinh': 'post',
  'buu chinh cong ich': 'post',
  'qua dich vu buu chinh': 'post',
  post: 'post',
  '3': 'post',
});

export const APPLICANT_WORDS = words({
  'ca nhan': 'citizen',
  'cong dan': 'citizen',
  'nguoi dan': 'citizen',
  citizen: 'citizen',
  'doanh nghiep': 'enterprise',
  enterprise: 'enterprise',
  'ho kinh doanh': 'household',
  household: 'household',
  'co quan nha nuoc': 'state-body',
  'state body': 'state-body',
  'to chuc': 'organisation',
  'to chuc khac': 'organisation',
  organisation: 'organisation',
});

export const SEX_WORDS = words({ nam: 'male', male: 'male', nu: 'female', female: 'female' });

export const ORIGIN_WORDS = words({
  'mot cua': 'igate',
  igate: 'igate',
  cong: 'portal',
  'cong dich vu cong quoc gia': 'portal',
  portal: 'portal',
  bo: 'ministry',
  'bo nganh': 'ministry',
  ministry: 'ministry',
  'dieu phoi': 'coordination',
  coordination: 'coordination',
});

export const OUTCOME_WORDS = words({
  'dong y': 'granted',
  'cap ket qua': 'granted',
  granted: 'granted',
  'tu choi': 'refused',
  refused: 'refused',
  'khong du dieu kien': 'ineligible',
  ineligible: 'ineligible',
  'tra ho so': 'sent-back',
  'sent back': 'sent-back',
});

/** Beside the names that the catalogue has for its pause reasons. */
export const PAUSE_REASON_WORDS = words({
  'bo sung': 'supplement',
  'bo sung giay to': 'supplement',
  'bo sung ho so': 'supplement',
  'nghia vu tai chinh': 'financial-obligation',
  'thuc hien nghia vu tai chinh': 'financial-obligation',
  'xac dinh nghia vu tai chinh': 'tax-determination',
  thue: 'tax-determination',
  'lay y kien': 'consultation',
  khac: 'other',
});
