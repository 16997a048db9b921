/** @module The dossiers that the land registry has, by the province's code and by its own number. */
import type { Entry } from '../journal.ts';
import { Past } from '../past.ts';
import type { WaitingDocument } from './calls.ts';

/** GetDanhMucTrangThai. */
export const STATUSES = [
  { MaTrangThai: 'TN', TenTrangThai: 'Đã tiếp nhận' },
  { MaTrangThai: 'DXL', TenTrangThai: 'Đang xử lý' },
  { MaTrangThai: 'CBS', TenTrangThai: 'Chờ bổ sung' },
  { MaTrangThai: 'TD', TenTrangThai: 'Tạm dừng' },
  { MaTrangThai: 'YCCN', TenTrangThai: 'Yêu cầu cập nhật' },
  { MaTrangThai: 'SAI', TenTrangThai: 'Nhập sai thủ tục' },
  { MaTrangThai: 'KT', TenTrangThai: 'Kết thúc' },
  { MaTrangThai: 'TC', TenTrangThai: 'Kết thúc không có kết quả' },
  { MaTrangThai: 'DTKQ', TenTrangThai: 'Đã trả kết quả' },
] as const;

export type LandStatus = (typeof STATUSES)[number]['MaTrangThai'];

/** One dossier there. */
export interface LandFile {
  /** SoBienNhan. */
  readonly receipt: string;
  /** MaHoSoMotCua: the province's code. */
  readonly dossier: string;
  readonly status: LandStatus;
  /** What it waits for at the moment. */
  readonly waiting: readonly WaitingDocument[];
}

/** What an officer there did, or a call of the province: the file as it is after it. */
export interface FileEntry extends Entry {
  readonly kind: 'file';
  readonly file: LandFile;
  /** The province's call, when it was one. */
  readonly call: {
    readonly service: string;
    readonly status: string | null;
    readonly occurredAt: number | null;
    readonly appointmentAt: number | null;
    readonly effect: boolean;
    readonly body: string;
  } | null;
}

export class LandFiles {
  #byDossier = new Map<string, LandFile>();
  #byReceipt = new Map<string, LandFile>();
  /** Bodies of the province's calls, to tell a repeat. */
  #bodies = new Map<string, Set<string>>();
  #past = new Past<LandFile>();

  ofDossier(code: string): LandFile | undefined {
    return this.#byDossier.get(code);
  }

  ofReceipt(receipt: string): LandFile | undefined {
    return this.#byReceipt.get(receipt);
  }

  /** The file of a receipt number or a province's code as it was at `then`; undefined when it was not there. */
  asOf(number: string, then: number): LandFile | undefined {
    const file = this.#byReceipt.get(number) ?? this.#byDossier.get(number);
    if (!file) return undefined;
    const was = this.#past.at(file.dossier, then);
    return was === undefined ? file : (was ?? undefined);
  }

  /** How far back `asOf` must reach, in milliseconds. */
  rememberPast(milliseconds: number): void {
    this.#past.reach(milliseconds);
  }

  /** Whether the province already sent exactly this. */
  knowsCall(receipt: string, service: string, body: string): boolean {
    return this.#bodies.get(receipt)?.has(`${service} ${body}`) ?? false;
  }

  put({ at, file, call }: FileEntry): void {
    this.#past.note(file.dossier, at, this.#byDossier.get(file.dossier) ?? null);
    this.#byDossier.set(file.dossier, file);
    this.#byReceipt.set(file.receipt, file);
    if (call === null) return;
    const known = this.#bodies.get(file.receipt) ?? new Set();
    this.#bodies.set(file.receipt, known.add(`${call.service} ${call.body}`));
  }

  reset(): void {
    this.#byDossier = new Map();
    this.#byReceipt = new Map();
    this.#bodies = new Map();
    this.#past.reset();
  }
}
