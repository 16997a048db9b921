/** @module The forms of the civil status system, filled in from a birth, death or marriage; pure. */
import type { Content, ContentOf, Paper, Place, Submission } from '../../src/capabilities/exchange.ts';
import { toCompactTime } from '../../src/connector/compact-time.ts';
import { MODULE_OF } from './mapping.ts';
import { printedDay } from './times.ts';
import type * as wire from './wire.ts';

/** What an installation says of itself. */
export interface Office {
  /** maTinh */
  readonly province: string;
}

export type CivilSubmission = Omit<Submission, 'content'> & { readonly content: Exclude<Content, ContentOf<'land'>> };

/** The dossier as it is pushed; papers are numbered after `first`. */
export function toDongBoHoSo({ dossier, content, papers }: CivilSubmission, office: Office): wire.DongBoHoSo {
  return {
    maDonVi: content.registrationOffice ?? communeOf(content) ?? '',
    maTinh: office.province,
    module: MODULE_OF[content.kind],
    maHoSoLT: null,
    maHoSoMCDT: dossier.code,
    ngayTiepNhan: toCompactTime(dossier.receivedAt),
    data: JSON.stringify(formOf(content)),
    fileDinhKem: papers.flatMap(toFile),
  };
}

/** Papers without a file cannot be sent there: it keeps files only. */
function toFile({ name, kind, replacesEarlier, file }: Paper, i: number): wire.FileDinhKem[] {
  if (!file || !('data' in file)) return [];
  return [
    {
      id: i + 1,
      loaiGiayTo: kind ?? 0,
      tenGiayTo: name,
      tenTepDinhKem: file.name,
      huyGiayTo: replacesEarlier ? 1 : 0,
      duLieuTepDinhKem: file.data,
    },
  ];
}

function communeOf(content: CivilSubmission['content']): string | null {
  switch (content.kind) {
    case 'birth':
      return content.child.birthplace.communeCode ?? content.asker.residence?.communeCode ?? null;
    case 'death':
      return content.deceased.residence?.communeCode ?? content.place.communeCode ?? null;
    case 'marriage':
      return content.wife.residence?.communeCode ?? content.husband.residence?.communeCode ?? null;
  }
}

/** gioiTinh (assumed): 1 male, 2 female. */
const SEX = { male: '1', female: '2' } as const;
/** loaiDangKy (assumed): 1 registered for the first time. */
const FIRST_TIME = '1';
/** loaiGiayToTuyThan (assumed): 1 the citizen's identity number, 9 another paper. */
const PERSONAL_ID = '1';
const OTHER_PAPER = '9';

export function formOf(content: CivilSubmission['content']): wire.HoTich {
  const common = {
    loaiDangKy: FIRST_TIME,
    noiDangKy: content.registrationOffice ?? communeOf(content),
    soLuongBanSao: content.copies,
  };
  switch (content.kind) {
    case 'birth': {
      const { child, birthCertificate, mother, father, asker } = content;
      return {
        ...common,
        maGCS: birthCertificate?.number ?? null,
        ngayCapGCS: dayOrNull(birthCertificate?.issuedOn),
        nksHoTen: child.name,
        nksGioiTinh: SEX[child.sex],
        nksNgaySinh: printedDay(child.birthDate),
        nksNoiSinh: address(child.birthplace),
        nksQueQuan: child.hometown ? address(child.hometown) : null,
        nksDanToc: child.ethnicity ?? null,
        nksQuocTich: child.nationality ?? null,
        ...(mother ? person('me', mother) : {}),
        ...(father ? person('cha', father) : {}),
        ...askerOf(asker),
      };
    }
    case 'death': {
      const { deceased, notice, asker } = content;
      return {
        ...common,
        ...person('nkt', deceased),
        nktGioiTinh: SEX[deceased.sex],
        nktNgayChet: printedDay(content.diedOn),
        nktGioPhutChet: content.diedAt ?? null,
        nktNoiChet: address(content.place),
        nktNguyenNhanChet: content.cause ?? null,
        gbtSo: notice?.number ?? null,
        gbtNgay: dayOrNull(notice?.issuedOn),
        gbtCoQuanCap: notice?.issuedBy ?? null,
        ...askerOf(asker),
      };
    }
    case 'marriage': {
      const { husband, wife } = content;
      return {
        ...common,
        ...person('chong', husband),
        chongSoLanKH: husband.marriages,
        ...person('vo', wife),
        voSoLanKH: wife.marriages,
      };
    }
  }
}

type Person = NonNullable<ContentOf<'birth'>['mother']>;

/** The members of a person, each beginning with who it is. */
function person(who: 'me' | 'cha' | 'nkt' | 'chong' | 'vo' | 'nyc', known: Person): wire.HoTich {
  const { identityPaper } = known;
  const number = known.personalId ?? identityPaper?.number ?? null;
  return {
    [`${who}HoTen`]: known.name,
    [`${who}NgaySinh`]: dayOrNull(known.birthDate),
    [`${who}DanToc`]: known.ethnicity ?? null,
    [`${who}QuocTich`]: known.nationality ?? null,
    [`${who}LoaiGiayToTuyThan`]: number === null ? null : known.personalId ? PERSONAL_ID : OTHER_PAPER,
    [`${who}SoGiayToTuyThan`]: number,
    [`${who}NgayCapGiayToTuyThan`]: dayOrNull(identityPaper?.issuedOn),
    [`${who}NoiCapGiayToTuyThan`]: identityPaper?.issuedBy ?? null,
    [`${who}SoDDCN`]: known.personalId ?? null,
    [`${who}NoiCuTru`]: known.residence ? address(known.residence) : null,
  };
}

const askerOf = (asker: ContentOf<'birth'>['asker']): wire.HoTich => ({
  ...person('nyc', asker),
  nycQuanHe: asker.relation,
  nycSoDienThoai: asker.phone ?? null,
  nycEmail: asker.email ?? null,
});

const address = ({ provinceCode, communeCode, detail }: Place): wire.DiaChi => ({
  maTinh: provinceCode ?? '',
  maXa: communeCode ?? '',
  dcChiTiet: detail ?? '',
});

const dayOrNull = (day: string | null | undefined): string | null => (day ? printedDay(day) : null);
