/** @module The fields of a dossier as an iGate's post to the portal says them: pure. */
import {
  type DossierFields,
  enterpriseCodeFault,
  type KnownDossier,
  type PostedElsewhere,
  parseDossierCode,
  personalIdFault,
} from '../../src/connector/shim.ts';
import { APPLICANT, APPLICANT_BACK, CHANNEL_BACK } from './codes.ts';
import { isPublic } from './links.ts';
import { rfc3339Of } from './mapping.ts';
import { POSTED } from './posted.ts';
import type { PostedDossier } from './posted-wire.ts';

/** What the catalogue knows of names. */
export interface Names {
  agencyNamed(name: string): string | null;
  knowsProcedure(code: string): boolean;
}

/** With these NgayTiepNhan is only the day it came in. */
const NOT_ACCEPTED = new Set(['1', '3']);

/** The agency that a dossier's code begins with. */
export const agencyOf = (code: string): string => parseDossierCode(code)?.agency ?? '';

/** The members that say something. */
export function filled<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return Object.fromEntries(kept) as { [K in keyof T]?: NonNullable<T[K]> };
}

export function fieldsOf(post: PostedDossier, known: KnownDossier | null, names: Names): DossierFields {
  const before = known?.fields ?? {};
  const agencyCode = before.agencyCode ?? agencyOf(post.MaHoSo);
  const received = rfc3339Of(post.NgayTiepNhan);
  const isAccepted = !NOT_ACCEPTED.has(post.TrangThaiHoSo) || Boolean(before.receivedAt);
  const appointmentAt = known?.appointment ? undefined : rfc3339Of(post.NgayHenTra);
  const channel = CHANNEL_BACK[post.KenhThucHien];
  return {
    procedureCode: post.MaTTHC,
    agencyCode,
    ...(channel === undefined ? {} : { channel }),
    applicant: applicantOf(post, before),
    ...filled({
      submittedAt: rfc3339Of(post.NgayNopHoSo) ?? (isAccepted ? undefined : received),
      receivedAt: isAccepted ? received : undefined,
      summary: post.TrichYeuHoSo,
      appointment: appointmentAt === undefined ? undefined : ({ at: appointmentAt, basis: 'slip' } as const),
      routing: known?.isTransferred ? undefined : routingOf(post, before, agencyCode, names),
      components: listOf(post.TaiLieuNop, (paper) =>
        paper.TenTepDinhKem
          ? {
              name: paper.TenTepDinhKem,
              ...filled({
                code: paper.MaThanhPhanHoSo?.slice(0, 100),
                fileRef: paper.DuongDanTaiTepTin?.slice(0, 1000),
                digitised: yes(paper.DuocSoHoa),
                reused: yes(paper.DuocTaiSuDung),
                resultCode: paper.MaKetQuaThayThe?.slice(0, 100),
              }),
            }
          : null,
      ),
      fees: listOf(post.DanhSachLePhi, (fee) =>
        fee.MaPhiLePhi && fee.TenPhiLePhi && fee.Gia
          ? {
              code: fee.MaPhiLePhi.slice(0, 100),
              name: fee.TenPhiLePhi.slice(0, 200),
              amount: Number(fee.Gia),
              kind: fee.LoaiPhiLePhi === '1' ? ('fee' as const) : ('charge' as const),
            }
          : null,
      ),
      results: listOf(post.DanhSachGiayToKetQua, (paper) =>
        paper.TenGiayTo
          ? {
              name: paper.TenGiayTo,
              ...filled({
                code: paper.MaGiayToKetQua?.slice(0, 100),
                fileRef: paper.DuongDanTepTinKetQua?.slice(0, 1000),
              }),
            }
          : null,
      ),
      databasesUsed: listOf(post.DSKetNoiCSDL, ({ MaCSDL }) => MaCSDL?.slice(0, 100) || null),
    }),
    posted: { ...before.posted, [POSTED]: leftOver(post, before.posted?.[POSTED], names) },
  };
}

/** The items that can be kept; undefined, so that what is there stays, where a post brings no list or an empty one. */
function listOf<T, K>(items: readonly T[] | undefined, toKept: (item: T) => K | null): K[] | undefined {
  if (items === undefined || items.length === 0) return undefined;
  return items.map(toKept).filter((item) => item !== null);
}

const yes = (value: string | undefined): boolean | undefined => (value ? value === '1' : undefined);

type Applicant = NonNullable<DossierFields['applicant']>;

function applicantOf(post: PostedDossier, before: DossierFields): Applicant {
  const formerly = before.applicant ?? undefined;
  // Two kinds of ours are one kind there: what it was stays, if the post may mean it.
  const isSameKind = formerly !== undefined && APPLICANT[formerly.kind] === post.LoaiDoiTuong;
  const kind = isSameKind ? formerly.kind : (APPLICANT_BACK[post.LoaiDoiTuong] ?? 'citizen');
  return {
    ...formerly,
    kind,
    name: post.ChuHoSo,
    ...filled({
      ...identityOf(post),
      phone: post.SoDienThoai && isPhone(post.SoDienThoai) ? post.SoDienThoai : undefined,
      email: post.Email && isEmail(post.Email) ? post.Email : undefined,
      vneidVerified: yes(post.TaiKhoanDuocXacThucVoiVNeID),
    }),
  };
}

const isPhone = (value: string): boolean => value.length <= 30;
const isEmail = (value: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);

/** The number by which the owner is known, where it is one that a person or an enterprise can have. */
function identityOf(post: PostedDossier): { personalId?: string; enterpriseCode?: string } {
  const number = numberOf(post);
  if (/^\d{9}$/.test(number) || personalIdFault(number) === null) return { personalId: number };
  return enterpriseCodeFault(number) === null ? { enterpriseCode: number } : {};
}

const numberOf = (post: PostedDossier): string =>
  post.DinhDanhCHS?.find(({ SoDinhDanh }) => SoDinhDanh)?.SoDinhDanh || post.SoGiayToChuHoSo || '';

/** Whether the owner is fully told by one number of ours. */
function isOneIdentity(post: PostedDossier): boolean {
  const numbers = [post.SoGiayToChuHoSo, ...(post.DinhDanhCHS ?? []).map(({ SoDinhDanh }) => SoDinhDanh)];
  return Object.keys(identityOf(post)).length > 0 && new Set(numbers.filter(Boolean)).size === 1;
}

/** The agency that works on it, where iGate names another one than is known; a transfer that was told as such goes before. */
function routingOf(
  post: PostedDossier,
  before: DossierFields,
  agencyCode: string,
  names: Names,
): DossierFields['routing'] | undefined {
  const resolving = names.agencyNamed(post.DonViXuLy);
  if (resolving === null || resolving === (before.routing?.resolving ?? agencyCode)) return undefined;
  return { returning: agencyCode, ...before.routing, receiving: before.routing?.receiving ?? agencyCode, resolving };
}

/** Texts that only the portal is told of. */
const OTHER_TEXTS = [
  'MaDoiTuong',
  'Fax',
  'ThongTinTra',
  'HinhThuc',
  'NoiNopHoSo',
  'GhiChu',
  'HoSoCoThanhPhanSoHoa',
  'DuocThanhToanTrucTuyen',
] as const;

/** What has no place in our shape; texts that a post leaves empty stay as they were posted before. */
function leftOver(post: PostedDossier, former: PostedElsewhere | undefined, names: Names): PostedElsewhere {
  const { TenTTHC, MaLinhVuc, TenLinhVuc, DonViXuLy, SoGiayToChuHoSo } = post;
  const others = Object.fromEntries(OTHER_TEXTS.map((name) => [name, post[name] || former?.texts[name]]));
  const texts = filled({
    ...others,
    ...(names.knowsProcedure(post.MaTTHC) ? {} : { TenTTHC, MaLinhVuc, TenLinhVuc }),
    ...(names.agencyNamed(DonViXuLy) === null ? { DonViXuLy } : {}),
    ...(isOneIdentity(post) ? {} : { SoGiayToChuHoSo }),
    ...(post.Email && !isEmail(post.Email) ? { Email: post.Email } : {}),
    ...(post.SoDienThoai && !isPhone(post.SoDienThoai) ? { SoDienThoai: post.SoDienThoai } : {}),
  });
  const lists: Record<string, readonly Readonly<Record<string, string>>[]> = {};
  for (const name of ['TaiLieuNop', 'DanhSachLePhi', 'DanhSachGiayToKetQua'] as const) {
    const items = post[name] ?? [];
    const kept = items.length > 0 ? items.map((item) => withoutInnerLinks(filled(item))) : former?.lists[name];
    if (kept) lists[name] = kept;
  }
  if (!isOneIdentity(post) && post.DinhDanhCHS && post.DinhDanhCHS.length > 0)
    lists.DinhDanhCHS = post.DinhDanhCHS.map(filled);
  return { texts, lists };
}

/** An address inside the province's network opens nowhere else. */
function withoutInnerLinks(item: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(item).filter(([name, value]) => !name.startsWith('DuongDan') || isPublic(value)),
  );
}
