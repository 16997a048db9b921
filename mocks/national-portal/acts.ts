/** @module People at the portal, or its mishaps: records spoiled in silence for reconciliation to find, papers added by others. */
import { oneOf, optionalText, optionalTime, requiredText } from '../act-input.ts';
import { inventPerson } from '../people.ts';
import { seededRandom, seedOf } from '../random.ts';
import { type Act, ActRefused } from '../simulator.ts';
import { parseCompact, toCompact } from '../times.ts';
import { procedureOf } from './catalogue.ts';
import type { Dossiers, KeptDossier, KeptProgress } from './dossiers.ts';
import type { PutEntry } from './entries.ts';
import { STATUS_CODES } from './fields.ts';
import type { DossierRecord, Texts } from './validate.ts';

const ACTS = [
  'forget-dossier',
  'forget-pause',
  'set-status',
  'set-channel',
  'set-appointment',
  'add-paper',
  'add-progress',
  'repeat-progress',
  'disorder-progress',
  'forget-results',
  'invent-dossier',
] as const;

const CHANNEL_CODES: Readonly<Record<string, string>> = { counter: '1', online: '2', post: '3' };
const PAUSES: ReadonlySet<string> = new Set(['5', '6']);
const ACCEPTED = '2';

type State = NonNullable<PutEntry['state']>;

/** What an act makes of a dossier; null forgets it. */
export function stateAfterAct(act: Act, dossiers: Dossiers, now: number): { dossier: string; state: State | null } {
  const name = oneOf(requiredText(act, 'act'), 'act', ACTS);
  const code = requiredText(act, 'dossier');
  const kept = dossiers.get(code);
  if (name === 'invent-dossier') {
    if (kept) throw new ActRefused(409, `the portal already has ${code}`);
    return { dossier: code, state: inventDossier(act, code, now) };
  }
  if (!kept) throw new ActRefused(404, `the portal has no dossier ${code}`);
  return { dossier: code, state: changed(name, act, kept, now) };
}

function changed(
  name: Exclude<(typeof ACTS)[number], 'invent-dossier'>,
  act: Act,
  kept: KeptDossier,
  now: number,
): State | null {
  const { record, status, progress } = kept;
  switch (name) {
    case 'forget-dossier':
      return null;
    case 'forget-pause':
      return withoutPauses(kept);
    case 'set-status':
      return { record, progress, status: oneOf(requiredText(act, 'status'), 'status', [...STATUS_CODES]) };
    case 'set-channel': {
      const channel = requiredText(act, 'channel');
      const code = CHANNEL_CODES[channel] ?? oneOf(channel, 'channel', Object.values(CHANNEL_CODES));
      return { record: { ...record, KenhThucHien: code }, status, progress };
    }
    case 'set-appointment': {
      const at = optionalTime(act, 'at');
      return { record: { ...record, NgayHenTra: at === null ? '' : toCompact(at) }, status, progress };
    }
    case 'add-paper':
      return { record: withPapersOfOthers(record, now), status, progress };
    case 'add-progress':
      return { record, status, progress: [...progress, progressOfOthers(act, kept, now)] };
    case 'repeat-progress':
      return { record, status, progress: [...progress, { ...lastOf(kept), arrivedAt: now, repeats: true }] };
    case 'disorder-progress': {
      // As if the first step had come last, and the portal went by what came last.
      const [first, ...rest] = progress;
      if (!first || rest.length === 0) throw new ActRefused(409, `the portal has no order of progress of ${kept.code}`);
      return { record, status: first.status, progress: [...rest, { ...first, arrivedAt: now }] };
    }
    case 'forget-results':
      return { record: { ...record, DanhSachGiayToKetQua: [] }, status, progress };
  }
}

function lastOf({ code, progress }: KeptDossier): KeptProgress {
  const last = progress.at(-1);
  if (!last) throw new ActRefused(409, `the portal has no progress of ${code}`);
  return last;
}

/** A step that another system wrote. */
function progressOfOthers(act: Act, { code }: KeptDossier, now: number): KeptProgress {
  const status = oneOf(requiredText(act, 'status'), 'status', [...STATUS_CODES]);
  const time = optionalTime(act, 'at') ?? now;
  const record = {
    MaHoSo: code,
    NguoiXuLy: 'Cán bộ hệ thống khác',
    PhongBanXuLy: 'Hệ thống khác',
    ThoiDiemXuLy: toCompact(time),
    NoiDungXuLy: 'Cập nhật từ hệ thống khác',
    TrangThai: status,
  };
  return { arrivedAt: now, time, status, record, repeats: false };
}

/** Without progress 5 and 6; a status that was one of them becomes what it had been before. */
function withoutPauses({ record, status, progress }: KeptDossier): State {
  const left = progress.filter((known) => !PAUSES.has(known.status));
  if (!PAUSES.has(status)) return { record, status, progress: left };
  const newest = left.reduce<KeptProgress | null>(
    (best, known) => (best === null || known.time >= best.time ? known : best),
    null,
  );
  return { record, status: newest?.status ?? ACCEPTED, progress: left };
}

/** What the citizen, the portal's payment page and another system put there: one paper, one fee, one result. */
function withPapersOfOthers(record: DossierRecord, now: number): DossierRecord {
  const add = (name: string, item: Texts): Record<string, readonly Texts[]> => {
    const list = record[name];
    return { [name]: [...(typeof list === 'object' ? list : []), item] };
  };
  const mark = `KHAC-${now}`;
  return {
    ...record,
    ...add('TaiLieuNop', {
      TepDinhKemId: mark,
      TenTepDinhKem: 'Giấy tờ do công dân bổ sung trên Cổng.pdf',
      MaThanhPhanHoSo: '000.00.00.H15-KQ000099',
      DuongDanTaiTepTin: `https://files.example.vn/${mark}`,
      DuocSoHoa: '1',
      DuocTaiSuDung: '0',
      DuocLayTuKhoDMQG: '0',
      MaKetQuaThayThe: '',
    }),
    ...add('DanhSachLePhi', {
      TenPhiLePhi: 'Lệ phí nộp trên Cổng',
      MaPhiLePhi: mark,
      HinhThucThu: '1',
      Gia: '50000',
      LoaiPhiLePhi: '1',
    }),
    ...add('DanhSachGiayToKetQua', {
      TenGiayTo: 'Kết quả do hệ thống khác trả',
      MaThanhPhanHoSo: '000.00.00.H15-KQ000098',
      GiayToId: mark,
      MaGiayToKetQua: 'KQ.H15.000098',
      DuongDanTepTinKetQua: `https://files.example.vn/${mark}-kq`,
    }),
  };
}

/** A dossier that nobody told the gateway of: agency and date of receipt stand in its code. */
function inventDossier(act: Act, code: string, now: number): State {
  const parts = /^(?<agency>.+)-(?<date>\d{6}|\d{8})-[A-Z0-9]{4,}$/.exec(code)?.groups;
  const day = parts?.date?.length === 6 ? `20${parts.date}` : parts?.date;
  const receivedAt = parseCompact(`${day}083000`);
  if (!parts?.agency || receivedAt === null) {
    throw new ActRefused(
      400,
      `"dossier" must be a code such as H15.50-260310-9001: agency and date of receipt are taken from it`,
    );
  }
  const procedure = procedureOf(optionalText(act, 'procedureCode') ?? '1.005129');
  if (!procedure) throw new ActRefused(400, '"procedureCode" is not in the portal’s catalogue');
  const status = oneOf(optionalText(act, 'status') ?? ACCEPTED, 'status', [...STATUS_CODES]);
  const person = inventPerson(seededRandom(seedOf(code)));
  const received = toCompact(receivedAt);
  const record: DossierRecord = {
    MaHoSo: code,
    MaTTHC: procedure.MaTTHC!,
    TenTTHC: procedure.TenTTHC!,
    MaLinhVuc: procedure.MaLinhVuc!,
    TenLinhVuc: procedure.TenLinhVuc!,
    KenhThucHien: '2',
    ChuHoSo: person.name,
    LoaiDoiTuong: '1',
    SoGiayToChuHoSo: person.personalId,
    SoDienThoai: person.phone,
    NgayNopHoSo: received,
    NgayTiepNhan: received,
    NgayHenTra: '',
    TrangThaiHoSo: status,
    DonViXuLy: parts.agency,
  };
  const first: Texts = {
    MaHoSo: code,
    NguoiXuLy: '',
    ThoiDiemXuLy: received,
    NoiDungXuLy: 'Tiếp nhận',
    TrangThai: ACCEPTED,
  };
  const progress = [{ arrivedAt: now, time: receivedAt, status: ACCEPTED, record: first, repeats: false }];
  return { record, status, progress };
}
