/** @module From VBDLIS's messages to events of the timeline, with its code tables; pure. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import {
  asDossierCode,
  type DossierFields,
  type EntryBody,
  type EventCommand,
  type Outcome,
  saying,
  told,
} from '../../src/capabilities/exchange.ts';
import type { MappedPush, Push } from '../../src/connector/define.ts';
import { readJson } from '../../src/connector/read-json.ts';
import { violationsIn } from '../../src/connector/violations.ts';
import { instantOf, type Moment, occurrenceOf, rfc3339 } from './times.ts';
import * as wire from './wire.ts';

const SOURCE = 'land-registry';

/** What an installation decides of the mapping. */
interface Settings {
  readonly TIMES_ARE: 'utc' | 'local';
}

/** loaiVanBanPhatSinh (kind of the document waited for) to the pause reason it stands for (domain.md, observed). */
export const PAUSE_REASON_OF_KIND: Readonly<Record<string, string>> = {
  '0': 'supplement-appraisal',
  '2': 'citizen-payment',
  '3': 'extension',
  '4': 'other',
  '5': 'tax-determination',
  '6': 'public-posting',
};

/** Where the call names no document. */
const USUAL_PAUSE_REASON = 'supplement-appraisal';

/** TrangThaiKetThuc: 0 is seen to mean "with a result"; that 1 means a refusal is assumed. */
export const OUTCOME_OF_END: Readonly<Record<string, Outcome>> = {
  '0': 'granted',
  '1': 'refused',
};

/** What one message says, in our terms; times still as they were written. */
interface Said {
  readonly event: Pick<EventCommand, 'kind'> & Partial<Pick<EventCommand, 'status' | 'reason' | 'outcome'>>;
  /** When it happened; null where the message does not tell. */
  readonly when: Moment | null;
  readonly appointment?: { readonly moment: Moment; readonly basis: 'slip' | 'ministry' } | null;
  readonly body: EntryBody | null;
  /** The message is the dossier's reception. */
  readonly isReception?: true;
}

/** A code that stands in none of the tables above. */
interface UnknownCode {
  readonly unknownCode: { readonly path: string; readonly code: string };
}

interface Named {
  readonly SoBienNhan: string;
  readonly MaHoSoMotCua?: string | null | undefined;
}

/** Reads a push; what can't be read or mapped is said with its path and never thrown. */
export function mapPush(push: Push<Settings>): MappedPush {
  const read = readJson(push.body, push.language);
  if (!read.ok) return { unreadable: read.violations, malformed: read.malformed };
  const operation = push.operation as wire.Operation;
  return OPERATIONS[operation](read.value, push, operation);
}

type Mapper = (value: unknown, push: Push<Settings>, operation: wire.Operation) => MappedPush;

function mapper<S extends z.ZodType<Named>>(
  schema: S,
  say: (message: z.output<S>, settings: Settings) => Said | UnknownCode,
): Mapper {
  return (value, push, operation) => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) return { unreadable: violationsIn(schema, value, '$', push.language), malformed: false };
    const said = say(parsed.data, push.settings);
    if ('unknownCode' in said) {
      const { path, code } = said.unknownCode;
      const message = { vi: `mã ${code} không có trong bảng mã`, en: `the code ${code} stands in no table` };
      return { unmapped: [{ path, message: message[push.language] }], dossierRef: parsed.data.SoBienNhan };
    }
    return { commands: [commandOf(said, parsed.data, push, operation)] };
  };
}

function commandOf(said: Said, message: Named, push: Push<Settings>, operation: wire.Operation): EventCommand {
  const { when, appointment } = said;
  const timesAre = push.settings.TIMES_ARE;
  const isExact = when !== null && when.kind !== 'day';
  const occurredAt = when === null ? push.receivedAt : occurrenceOf(when, timesAre, push.receivedAt);
  const known: DossierFields | null = said.isReception ? { receivedAt: rfc3339(occurredAt) } : null;
  return told({
    ...said.event,
    source: SOURCE,
    operation,
    // A receipt number is unique per land office only; where it has the form of a dossier code it is that code too.
    ref: {
      code: asDossierCode(message.MaHoSoMotCua ?? '') ?? asDossierCode(message.SoBienNhan),
      alias: { system: SOURCE, code: message.SoBienNhan },
    },
    occurredAt,
    // Two events of one day stay two only by their content.
    bodyDigest: isExact ? null : createHash('sha256').update(push.body).digest('base64url').slice(0, 22),
    appointment: appointment ? { at: instantOf(appointment.moment, timesAre), basis: appointment.basis } : null,
    body: said.body,
    known,
    opens: 'ministry',
  });
}

const officer = (id: string | null | undefined): { id: string } | null => (id ? { id } : null);

const OPERATIONS: Readonly<Record<wire.Operation, Mapper>> = {
  ChuyenHoSo: mapper(wire.ChuyenHoSo, (message, { TIMES_ARE }) => ({
    event: { kind: 'status', status: 'processing' },
    when: message.NgayChuyen,
    body: saying({
      note: message.NoiDungXuLy,
      officer: officer(message.MaCanBoNhan),
      handedOverBy: message.MaCanBoChuyen,
      statusThere: message.MaTrangThai,
      stepDueAt: message.HanXuLy && rfc3339(instantOf(message.HanXuLy, TIMES_ARE)),
    }),
  })),

  // Both a supplement asked for (LaTamDung false) and a pause (true) stop the clock: the portal's code 5 is the former.
  YeuCauBoSungHoSo: mapper(wire.YeuCauBoSungHoSo, (message, { TIMES_ARE }) => {
    const documents = message.danhSachVanBanChoBoSung ?? message.DanhSachVanBanChoBoSung ?? [];
    const newest = newestOf(documents, TIMES_ARE);
    const kind = newest?.document.loaiVanBanPhatSinh || null;
    const reason = kind === null ? USUAL_PAUSE_REASON : PAUSE_REASON_OF_KIND[kind];
    if (reason === undefined)
      return {
        unknownCode: { path: `$.danhSachVanBanChoBoSung[${newest?.index}].loaiVanBanPhatSinh`, code: `${kind}` },
      };
    return {
      event: { kind: 'status', status: 'paused', reason },
      when: message.NgayChoBoSung,
      body: saying({
        note: message.GhiChu,
        officer: officer(message.MaCanBoXuLy),
        document: newest && documentOf(newest.document, TIMES_ARE),
        waitingFor: documents.length === 0 ? null : documents.map((one) => waitingFor(one, TIMES_ARE)),
        supplementAsked: !message.LaTamDung || null,
      }),
    };
  }),

  NhanBoSungHoSo: mapper(wire.NhanBoSungHoSo, (message) => ({
    event: { kind: 'status', status: 'resumed' },
    when: message.NgayNhanBoSung,
    appointment: message.NgayHenTraMoi && { moment: message.NgayHenTraMoi, basis: 'ministry' },
    body: saying({ note: message.GhiChu }),
  })),

  GuiKetQuaThue: mapper(wire.GuiKetQuaThue, (message, { TIMES_ARE }) => {
    const notice = message.DanhSachThongBaoThue?.[0];
    return {
      event: { kind: 'status', status: 'paused', reason: 'citizen-payment' },
      when: message.NgayCoKetQuaThue,
      body: saying({
        officer: officer(message.NguoiXuLy),
        document: notice && saying({ number: notice.SoThongBao, date: dateOf(notice.NgayThongBao, TIMES_ARE) }),
      }),
    };
  }),

  KetThucHoSo: mapper(wire.KetThucHoSo, (message) => {
    const outcome = OUTCOME_OF_END[message.TrangThaiKetThuc];
    if (outcome === undefined)
      return { unknownCode: { path: '$.TrangThaiKetThuc', code: message.TrangThaiKetThuc.slice(0, 50) } };
    return {
      event: { kind: 'status', status: 'completed', outcome },
      when: message.NgayKetThuc,
      body: saying({ note: message.GhiChu, results: resultsOf(message.DanhSachGiayToKetQua ?? []) }),
    };
  }),

  TiepNhanHoSoChoMotCua: mapper(wire.TiepNhanHoSoChoMotCua, (message) => ({
    event: { kind: 'status', status: 'accepted' },
    when: message.NgayTiepNhan,
    appointment: message.NgayHenTra && { moment: message.NgayHenTra, basis: 'slip' },
    body: saying({ note: message.GhiChu, officer: officer(message.MaCanBoTiepNhan) }),
    isReception: true,
  })),

  // The next two ask the one-stop shop to correct the dossier and say nothing of its status: an entry about its fields,
  // since a step of the work would end a pause that the land registry still holds.
  YeuCauCapNhatHoSo: mapper(wire.YeuCauCapNhatHoSo, (message) => ({
    event: { kind: 'fields' },
    when: message.NgayYeuCau,
    body: saying({
      asked: 'update',
      note: message.NoiDungYeuCau || message.GhiChu,
      officer: officer(message.MaCanBoXuLy),
    }),
  })),

  ThongBaoNhapSaiThuTuc: mapper(wire.ThongBaoNhapSaiThuTuc, (message) => ({
    event: { kind: 'fields' },
    when: message.NgayThongBao,
    body: saying({ asked: 'right-procedure', note: message.GhiChu, officer: officer(message.MaCanBoXuLy) }),
  })),
};

/** The document of the latest date; of several the last in the list, where new ones are added. */
function newestOf(
  documents: readonly wire.WaitingDocument[],
  timesAre: 'utc' | 'local',
): { document: wire.WaitingDocument; index: number } | null {
  let newest: { document: wire.WaitingDocument; index: number; at: number } | null = null;
  for (const [index, document] of documents.entries()) {
    const moment = document.ngayVanBan ?? document.CreatedDate;
    const at = moment ? instantOf(moment, timesAre) : Number.NEGATIVE_INFINITY;
    if (newest === null || at >= newest.at) newest = { document, index, at };
  }
  return newest;
}

/** Every document it waits for, with what each stands for; an unknown kind that is not the newest is told as it came. */
const waitingFor = (document: wire.WaitingDocument, timesAre: 'utc' | 'local') => ({
  ...documentOf(document, timesAre),
  ...saying({
    reason: PAUSE_REASON_OF_KIND[document.loaiVanBanPhatSinh ?? ''] ?? document.loaiVanBanPhatSinh,
    file: document.duongDanFile,
    fileName: document.tenFile,
  }),
});

function resultsOf(papers: readonly { TenGiayTo?: string | null | undefined; LinkFile?: string | null | undefined }[]) {
  const results = papers.map(({ TenGiayTo, LinkFile }) => saying({ name: TenGiayTo, link: LinkFile }));
  const told = results.filter((result) => result !== null);
  return told.length === 0 ? null : told;
}

const documentOf = (document: wire.WaitingDocument, timesAre: 'utc' | 'local') =>
  saying({ number: document.vanBanPhatSinhId, date: dateOf(document.ngayVanBan, timesAre) });

const dateOf = (moment: Moment | null, timesAre: 'utc' | 'local'): string | null =>
  moment && rfc3339(instantOf(moment, timesAre)).slice(0, 10);
