/** @module The columns of an exported list of a portal: by which headers each is known, which an installation may add to. */
import { z } from 'zod';
import type { Headers } from '../imports/named-table.ts';
import { CHANNEL_WORDS, plain, STATUS_WORDS } from '../imports/words.ts';
import type { Profile } from '../sync/profile.ts';

/** What is compared; every other column of the file is left unread and kept nowhere. */
export const EXPORT_COLUMNS = ['code', 'status', 'appointmentAt', 'receivedAt', 'channel', 'procedureCode'] as const;
export type ExportColumn = (typeof EXPORT_COLUMNS)[number];

/** Spaces, marks and capitals make no difference, so that a header written as one word of the wire is known too. */
const KNOWN: Headers<ExportColumn> = {
  code: ['Mã hồ sơ', 'Số hồ sơ', 'code'],
  status: ['Trạng thái hồ sơ', 'Trạng thái', 'Tình trạng', 'Trạng thái xử lý', 'status'],
  appointmentAt: ['Ngày hẹn trả', 'Ngày hẹn trả kết quả', 'Hạn trả kết quả', 'Thời hạn giải quyết', 'appointmentAt'],
  receivedAt: ['Ngày tiếp nhận', 'Thời điểm tiếp nhận', 'receivedAt'],
  channel: ['Kênh thực hiện', 'Hình thức nộp', 'Hình thức tiếp nhận', 'channel'],
  procedureCode: ['Mã TTHC', 'Mã thủ tục', 'Mã thủ tục hành chính', 'procedureCode'],
};

/** `{"status": ["Tình trạng xử lý"]}`: further headers of a column. */
export const furtherHeaders = z.partialRecord(z.enum(EXPORT_COLUMNS), z.array(z.string().min(1)).min(1));
/** `{"Chờ thuế": "6"}`: words of the file for the portal's own status codes. */
export const furtherStatuses = z.record(z.string().min(1), z.string().regex(/^\d{1,3}$/));

export interface ExportWords {
  readonly headers: z.output<typeof furtherHeaders>;
  readonly statuses: z.output<typeof furtherStatuses>;
}

/** An installation's own headers go before the known ones. */
export const exportHeaders = (headers: ExportWords['headers']): readonly Headers<ExportColumn>[] => [KNOWN, headers];

/** The portal's code of a status as a file writes it: the code itself, an installation's word, or the usual ones; null where it is none of them. */
export function statusReader(profile: Profile, statuses: ExportWords['statuses']): (cell: string) => string | null {
  const own = new Map(Object.entries(statuses).map(([word, code]) => [plain(word), code]));
  const codes = new Set([
    ...Object.values(profile.statusCodes),
    ...Object.values(profile.pauses).map(({ code }) => code),
    ...own.values(),
  ]);
  return (cell) => {
    const word = plain(cell);
    const code = own.get(word) ?? (codes.has(word) ? word : null);
    if (code !== null) return code;
    const told = STATUS_WORDS.get(word);
    if (told === undefined) return null;
    if (told.status !== 'paused') return profile.statusCodes[told.status as keyof Profile['statusCodes']] ?? null;
    // Which pause it is stands in the word, or nothing can be said.
    return told.pauseReason === undefined
      ? null
      : (profile.pauses[told.pauseReason as keyof Profile['pauses']]?.code ?? null);
  };
}

export const channelOf = (cell: string): string | null => CHANNEL_WORDS.get(plain(cell)) ?? null;
