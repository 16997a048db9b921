/** @module The parcels of land that the registry knows: invented from where they lie, so that the same question gets the same answer. */
import { z } from 'zod';
import { inventPerson } from '../people.ts';
import { between, pick, seededRandom, seedOf } from '../random.ts';

/** By its place on the map, or by the number printed on its certificate. */
const question = z
  .object({
    TinhId: z.int().positive(),
    XaId: z.int().positive(),
    SoHieuBanDo: z.string().regex(/^\d{1,4}$/, 'phải là số tờ bản đồ'),
    SoThuTuThua: z.string().regex(/^\d{1,5}$/, 'phải là số thửa'),
  })
  .or(z.object({ SoPhatHanhGCN: z.string().regex(/^[A-Z]{2} ?\d{6,8}$/, 'phải như AA 00123456') }));

/** Maps and parcels end somewhere: above these nothing is registered. */
const LAST_MAP = 200;
const LAST_PARCEL = 900;
const DAK_LAK = 66;

const USES = [
  { MaLoaiDat: 'ODT', TenLoaiDat: 'Đất ở tại đô thị', Lasting: true },
  { MaLoaiDat: 'ONT', TenLoaiDat: 'Đất ở tại nông thôn', Lasting: true },
  { MaLoaiDat: 'CLN', TenLoaiDat: 'Đất trồng cây lâu năm', Lasting: false },
  { MaLoaiDat: 'HNK', TenLoaiDat: 'Đất trồng cây hàng năm khác', Lasting: false },
] as const;

interface Place {
  readonly province: number;
  readonly commune: number;
  readonly map: number;
  readonly parcel: number;
}

/** The parcels that fit the question, or what is wrong with it. */
export function lookUpParcels(asked: unknown): { readonly parcels: object[] } | { readonly wrong: string } {
  const parsed = question.safeParse(asked);
  if (!parsed.success) return { wrong: 'cần TinhId, XaId, SoHieuBanDo, SoThuTuThua hoặc SoPhatHanhGCN' };
  const place =
    'SoPhatHanhGCN' in parsed.data
      ? placeOf(parsed.data.SoPhatHanhGCN)
      : {
          province: parsed.data.TinhId,
          commune: parsed.data.XaId,
          map: Number(parsed.data.SoHieuBanDo),
          parcel: Number(parsed.data.SoThuTuThua),
        };
  return { parcels: isRegistered(place) ? [parcelAt(place)] : [] };
}

const isRegistered = ({ map, parcel }: Place): boolean =>
  map >= 1 && map <= LAST_MAP && parcel >= 1 && parcel <= LAST_PARCEL;

/** Two letters stand for the commune, three digits for the map, five for the parcel; other communes have given none yet. */
const FIRST_COMMUNE = 24_000;
const LETTERS = 26;

function certificateOf({ commune, map, parcel }: Place): string | null {
  const index = commune - FIRST_COMMUNE;
  if (index < 0 || index >= LETTERS ** 2) return null;
  const letters = String.fromCharCode(65 + Math.floor(index / LETTERS), 65 + (index % LETTERS));
  return `${letters} ${String(map).padStart(3, '0')}${String(parcel).padStart(5, '0')}`;
}

function placeOf(certificate: string): Place {
  const index = (certificate.charCodeAt(0) - 65) * LETTERS + certificate.charCodeAt(1) - 65;
  const digits = certificate.replace(/\D/g, '').padStart(8, '0');
  return {
    province: DAK_LAK,
    commune: FIRST_COMMUNE + index,
    map: Number(digits.slice(0, 3)),
    parcel: Number(digits.slice(3)),
  };
}

function parcelAt(place: Place): object {
  const random = seededRandom(seedOf(`${place.province}/${place.commune}/${place.map}/${place.parcel}`));
  const owner = inventPerson(random);
  const use = pick(random, USES);
  const area = between(random, 60, 1200) + between(random, 0, 9) / 10;
  const issued = `${between(random, 2014, 2024)}-${String(between(random, 1, 12)).padStart(2, '0')}-15`;
  const certificate = certificateOf(place);
  const isMortgaged = random() < 0.2;
  return {
    TinhId: place.province,
    XaId: place.commune,
    SoHieuBanDo: String(place.map),
    SoThuTuThua: String(place.parcel),
    DienTich: area,
    DiaChiChiTiet: owner.address,
    DanhSachMucDichSuDung: [
      {
        MaLoaiDat: use.MaLoaiDat,
        TenLoaiDat: use.TenLoaiDat,
        DienTich: area,
        ThoiHanSuDung: use.Lasting ? 'Lâu dài' : '15/10/2063',
      },
    ],
    GiayChungNhan: certificate && {
      SoPhatHanhGCN: certificate,
      SoVaoSo: `CS${place.parcel}`,
      NgayCap: `${issued}T00:00:00Z`,
    },
    DanhSachChuSuDung: [{ HoTen: owner.name, SoGiayTo: owner.personalId, LoaiChu: 1 }],
    HanChe: isMortgaged ? [{ LoaiHanChe: 'THE_CHAP', NoiDung: 'Đang thế chấp tại tổ chức tín dụng' }] : [],
  };
}
