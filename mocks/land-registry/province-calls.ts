/** @module The calls that the province makes to VBDLIS: what each must hold, and what it does to the file. */
import { parseVbdlis } from '../times.ts';
import type { FileEntry, LandFile, LandFiles, LandStatus } from './files.ts';

type Body = Readonly<Record<string, unknown>>;

/** What is wrong with a call, as the reply's `status.code` and `status.message`. */
export interface Complaint {
  readonly code: 'DU_LIEU_SAI' | 'KHONG_TIM_THAY' | 'DA_TON_TAI';
  readonly message: string;
}

interface ProvinceCall {
  readonly required: readonly string[];
  /** Fields that must hold an instant when they hold anything. */
  readonly times: readonly string[];
  /** Which of them says when it happened. */
  readonly occurredAt: string | null;
  readonly status: LandStatus;
}

const CALLS: Readonly<Record<string, ProvinceCall>> = {
  TiepNhanHoSo: {
    required: ['SoBienNhan', 'MaHoSoMotCua', 'NgayTiepNhan'],
    times: ['NgayTiepNhan', 'NgayHenTra'],
    occurredAt: 'NgayTiepNhan',
    status: 'TN',
  },
  CapNhatTrangThaiBoSungHoSo: {
    required: ['SoBienNhan'],
    times: ['NgayBoSung', 'NgayNhanBoSung', 'NgayHenTraMoi'],
    occurredAt: 'NgayNhanBoSung',
    status: 'DXL',
  },
  CapNhatKetQuaTraHoSo: {
    required: ['SoBienNhan'],
    times: ['NgayTraKetQua'],
    occurredAt: 'NgayTraKetQua',
    status: 'DTKQ',
  },
  PhanHoiHoSoSaiKetQua: { required: ['SoBienNhan'], times: ['NgayPhanHoi'], occurredAt: 'NgayPhanHoi', status: 'DXL' },
};

export const isProvinceCall = (service: string): boolean => Object.hasOwn(CALLS, service);

/** Checks a call and says what it makes of the file. */
export function readProvinceCall(
  service: string,
  body: unknown,
  text: string,
  files: LandFiles,
): Omit<FileEntry, 'at'> | Complaint {
  const call = CALLS[service]!;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return { code: 'DU_LIEU_SAI', message: 'Nội dung phải là một đối tượng JSON' };
  }
  const record = body as Body;
  for (const name of call.required) {
    if (typeof record[name] !== 'string' || record[name] === '')
      return { code: 'DU_LIEU_SAI', message: `Thiếu ${name}` };
  }
  for (const name of call.times) {
    if (record[name] !== undefined && record[name] !== null && timeOf(record, name) === null) {
      return { code: 'DU_LIEU_SAI', message: `${name} không phải là thời gian UTC` };
    }
  }
  const file = fileAfter(service, call.status, record, files);
  if ('code' in file) return file;
  return {
    kind: 'file',
    file,
    call: {
      service,
      status: file.status,
      occurredAt: call.occurredAt === null ? null : timeOf(record, call.occurredAt),
      appointmentAt: timeOf(record, 'NgayHenTra') ?? timeOf(record, 'NgayHenTraMoi'),
      effect: !files.knowsCall(file.receipt, service, text),
      body: text,
    },
  };
}

function fileAfter(service: string, status: LandStatus, record: Body, files: LandFiles): LandFile | Complaint {
  const receipt = record.SoBienNhan as string;
  const known = files.ofReceipt(receipt);
  if (service !== 'TiepNhanHoSo') {
    return known
      ? { ...known, status, waiting: [] }
      : { code: 'KHONG_TIM_THAY', message: `Không tìm thấy hồ sơ ${receipt}` };
  }
  const dossier = record.MaHoSoMotCua as string;
  if (known && known.dossier !== dossier)
    return { code: 'DA_TON_TAI', message: `Số biên nhận ${receipt} thuộc hồ sơ khác` };
  return known ?? { receipt, dossier, status, waiting: [] };
}

function timeOf(record: Body, name: string): number | null {
  const value = record[name];
  return typeof value === 'string' ? parseVbdlis(value) : null;
}
