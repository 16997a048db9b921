/** @module What an officer of the land registry does: the file after it, and the call to the province that tells of it. */
import { oneOf, optionalNumber, optionalText, optionalTime, requiredText } from '../act-input.ts';
import { seedOf } from '../random.ts';
import { type Act, ActRefused } from '../simulator.ts';
import { toDotNet } from '../times.ts';
import * as calls from './calls.ts';
import type { LandFile, LandFiles } from './files.ts';

const ACTS = [
  'receive',
  'forward',
  'pause',
  'tax-notice',
  'resume',
  'complete',
  'reject',
  'request-update',
  'wrong-procedure',
] as const;

interface PauseKind {
  /** loaiVanBanPhatSinh. */
  readonly kind: number;
  /** LaTamDung: false asks for a supplement, true is a pause. */
  readonly paused: boolean;
  readonly note: string;
}

/** By the reasons an act may name. What has no kind of its own (a consultation, an examination …) is "paused". */
const PAUSES: Readonly<Record<string, PauseKind>> = {
  supplement: { kind: 0, paused: false, note: 'Yêu cầu bổ sung hồ sơ' },
  'financial-obligation': { kind: 5, paused: true, note: 'Chờ cơ quan thuế xác định nghĩa vụ tài chính' },
  'tax-determination': { kind: 5, paused: true, note: 'Chờ cơ quan thuế xác định nghĩa vụ tài chính' },
  'citizen-payment': { kind: 2, paused: true, note: 'Chờ công dân thực hiện nghĩa vụ tài chính' },
  extension: { kind: 3, paused: true, note: 'Gia hạn giải quyết' },
  consultation: { kind: 4, paused: true, note: 'Tạm dừng: lấy ý kiến' },
  'public-posting': { kind: 6, paused: true, note: 'Niêm yết công khai' },
  'field-inspection': { kind: 4, paused: true, note: 'Tạm dừng: kiểm tra thực địa' },
  'expert-examination': { kind: 4, paused: true, note: 'Tạm dừng: trưng cầu giám định' },
  'violation-handling': { kind: 4, paused: true, note: 'Tạm dừng: xử lý vi phạm pháp luật về đất đai' },
  'inheritance-division': { kind: 4, paused: true, note: 'Tạm dừng: phân chia thừa kế' },
  other: { kind: 4, paused: true, note: 'Tạm dừng' },
};

const KINDS: ReadonlySet<number> = new Set([0, 2, 3, 4, 5, 6]);

export interface Done {
  readonly file: LandFile;
  readonly operation: calls.Operation;
  readonly body: object;
}

/**
 * @param now the instant the act means when it names none
 * @param onItsClock what the registry's clock shows at an instant: what it writes into its calls
 */
export function perform(act: Act, files: LandFiles, now: number, onItsClock: (at: number) => number): Done {
  const name = oneOf(requiredText(act, 'act'), 'act', ACTS);
  const file = fileOf(act, files);
  const { receipt } = file;
  const at = onItsClock(optionalTime(act, 'at') ?? now);
  const note = (usual: string): string => optionalText(act, 'note') ?? usual;
  switch (name) {
    case 'receive': {
      const body = calls.received(receipt, file.dossier, at, optionalTime(act, 'appointmentAt'));
      return { file: { ...file, status: 'TN' }, operation: 'TiepNhanHoSoChoMotCua', body };
    }
    case 'forward': {
      const body = calls.forwarded(receipt, at, optionalTime(act, 'dueAt'), note('Chuyển xử lý hồ sơ'), 'DXL');
      return { file: { ...file, status: 'DXL' }, operation: 'ChuyenHoSo', body };
    }
    case 'pause':
      return pause(act, file, at);
    case 'tax-notice': {
      const amount = optionalNumber(act, 'amount') ?? 1_500_000;
      const notice = optionalText(act, 'noticeNumber') ?? `TB-${seedOf(receipt) % 100_000}`;
      const waiting = [waitingDocument(file, 2, at)];
      return {
        file: { ...file, status: 'TD', waiting },
        operation: 'GuiKetQuaThue',
        body: calls.taxResult(receipt, at, notice, amount),
      };
    }
    case 'resume': {
      const body = calls.supplementReceived(
        receipt,
        at,
        optionalTime(act, 'newAppointmentAt'),
        note('Tiếp tục xử lý hồ sơ'),
      );
      return { file: { ...file, status: 'DXL', waiting: [] }, operation: 'NhanBoSungHoSo', body };
    }
    case 'complete':
      return {
        file: { ...file, status: 'KT', waiting: [] },
        operation: 'KetThucHoSo',
        body: calls.ended(receipt, at, true, note('')),
      };
    case 'reject': {
      const body = calls.ended(receipt, at, false, note('Không đủ điều kiện giải quyết'));
      return { file: { ...file, status: 'TC', waiting: [] }, operation: 'KetThucHoSo', body };
    }
    case 'request-update': {
      const body = calls.updateAsked(receipt, at, note('Đề nghị cập nhật thông tin hồ sơ'));
      return { file: { ...file, status: 'YCCN' }, operation: 'YeuCauCapNhatHoSo', body };
    }
    case 'wrong-procedure': {
      const body = calls.wrongProcedure(receipt, at, note('Hồ sơ nhập sai thủ tục'));
      return { file: { ...file, status: 'SAI' }, operation: 'ThongBaoNhapSaiThuTuc', body };
    }
  }
}

function pause(act: Act, file: LandFile, at: number): Done {
  const reason = oneOf(requiredText(act, 'reason'), 'reason', Object.keys(PAUSES));
  const { kind: usual, paused, note } = PAUSES[reason]!;
  const kind = optionalNumber(act, 'kind') ?? usual;
  if (!KINDS.has(kind)) throw new ActRefused(400, `"kind" must be one of: ${[...KINDS].join(', ')}`);
  const waiting = [waitingDocument(file, kind, at)];
  const body = calls.supplementAsked(file.receipt, at, paused, optionalText(act, 'note') ?? note, waiting);
  return { file: { ...file, status: paused ? 'TD' : 'CBS', waiting }, operation: 'YeuCauBoSungHoSo', body };
}

function waitingDocument(file: LandFile, kind: number, at: number): calls.WaitingDocument {
  return {
    vanBanPhatSinhId: `${file.receipt}-${kind}-${at}`,
    loaiVanBanPhatSinh: kind,
    ngayVanBan: toDotNet(at),
    CreatedDate: toDotNet(at),
    duongDanFile: '',
    tenFile: '',
  };
}

/** The file of the act's dossier; one that the registry does not know is taken as it is named. */
function fileOf(act: Act, files: LandFiles): LandFile {
  const dossier = requiredText(act, 'dossier');
  const named = optionalText(act, 'receiptNumber');
  const known = files.ofDossier(dossier) ?? files.ofReceipt(dossier);
  if (known === undefined) return { receipt: named ?? dossier, dossier, status: 'TN', waiting: [] };
  if (named !== null && named !== known.receipt) {
    throw new ActRefused(409, `the land registry knows ${dossier} under the receipt number ${known.receipt}`);
  }
  return known;
}
