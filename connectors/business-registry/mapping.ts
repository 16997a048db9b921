/** @module Between the business registry's certificate and an enterprise in the gateway's terms: pure, code tables included. */
import { z } from 'zod';
import { isCalendarDate, personal } from '../../src/capabilities/lookup.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import type { Certificate } from './wire.ts';

const STATUS: Readonly<Record<string, z.output<typeof status>>> = {
  '1': 'active',
  '2': 'suspended',
  '3': 'dissolved',
  '4': 'dissolving',
  '5': 'revoked',
  '6': 'bankrupt',
  '7': 'not-at-address',
};
const status = z.enum(['active', 'suspended', 'dissolved', 'dissolving', 'revoked', 'bankrupt', 'not-at-address']);

const ID_KIND: Readonly<Record<string, z.output<typeof idKind>>> = {
  '1': 'old-number',
  '2': 'personal-number',
  '3': 'passport',
  '4': 'other',
};
const idKind = z.enum(['old-number', 'personal-number', 'passport', 'other']);

const text = z.string().nullable();

export const enterprise = z.object({
  enterpriseCode: z.string(),
  internalNumber: text,
  name: z.string(),
  foreignName: text,
  shortName: text,
  type: z.object({ code: z.string(), name: text }),
  registeredOn: text,
  changedOn: text,
  changes: z.int().nullable(),
  status: status.nullable().meta({ description: 'The first of `statuses`' }),
  statuses: z.array(z.object({ status, name: text, suspendedFrom: text, suspendedTo: text, reason: text })),
  representatives: z.array(
    z.object({
      name: personal('name', z.string()),
      idKind: personal('identity-number', idKind.nullable()),
      idNumber: personal('identity-number', text),
      idIssuedOn: personal('identity-number', text),
      idIssuedBy: personal('identity-number', text),
      nationality: personal('origin', text),
    }),
  ),
  address: z.object({ provinceCode: text, districtCode: text, communeCode: text, detail: text }).nullable(),
  activities: z.array(z.object({ code: z.string(), name: text, isMain: z.boolean() })),
});
export type Enterprise = z.output<typeof enterprise>;

const ROOT = '$.GetEntCert[0]';

/** An answer that says what stands in no table of ours is not guessed at. */
export class Unmapped extends UpstreamError {
  constructor(path: string, words: string) {
    const operation = 'chiTietDoanhNghiep';
    super('contract', { upstream: 'business-registry', operation, outcome: 'unknown', path: `${ROOT}.${path}`, words });
  }
}

export function readEnterprise(from: Certificate): Enterprise {
  const statuses = from.TinhTrangPhapLy.map((each, i) => ({
    status: coded(STATUS, each.MaTinhTrangPhapLy, `TinhTrangPhapLy[${i}].MaTinhTrangPhapLy`),
    name: each.TinhTrangPhapLy,
    suspendedFrom: dayOf(each.NgayBatDauTamNgung, `TinhTrangPhapLy[${i}].NgayBatDauTamNgung`),
    suspendedTo: dayOf(each.NgayKetThucTamNgung, `TinhTrangPhapLy[${i}].NgayKetThucTamNgung`),
    reason: each.LyDoTamNgung,
  }));
  const address = from.DiaChiTruSo[0]?.DiaChi[0];
  return {
    enterpriseCode: from.MaSoDoanhNghiep,
    internalNumber: from.MaNoiBo,
    name: from.TenTiengViet,
    foreignName: from.TenNuocNgoai,
    shortName: from.TenVietTat,
    type: { code: from.MaLoaiHinhDN, name: from.LoaiHinhDN },
    registeredOn: dayOf(from.NgayDangKyLanDau, 'NgayDangKyLanDau'),
    changedOn: dayOf(from.NgayDangKyThayDoi, 'NgayDangKyThayDoi'),
    changes: countOf(from.SoLanDangKyThayDoi, 'SoLanDangKyThayDoi'),
    status: statuses[0]?.status ?? null,
    statuses,
    representatives: from.DaiDienPhapLuat.flatMap(({ ThongTinCaNhan }) => ThongTinCaNhan).map((person) => ({
      name: person.HoVaTen,
      idKind:
        person.MaLoaiGiayToChungThuc === null
          ? null
          : coded(ID_KIND, person.MaLoaiGiayToChungThuc, 'DaiDienPhapLuat[0].ThongTinCaNhan[0].MaLoaiGiayToChungThuc'),
      idNumber: person.SoGiayChungThuc,
      idIssuedOn: dayOf(person.NgayCap, 'DaiDienPhapLuat[0].ThongTinCaNhan[0].NgayCap'),
      idIssuedBy: person.NoiCap,
      nationality: person.QuocTich,
    })),
    address: address
      ? {
          provinceCode: address.MaTinhThanh,
          districtCode: address.MaQuanHuyen,
          communeCode: address.MaPhuongXa,
          detail: [address.SoNha, address.DiaChi].filter((part) => part !== null).join(', ') || null,
        }
      : null,
    activities: from.NganhNgheKinhDoanh.map(({ MaNganh, TenNganh, LaNganhChinh }) => ({
      code: MaNganh,
      name: TenNganh,
      isMain: LaNganhChinh === true || LaNganhChinh === '1',
    })),
  };
}

function coded<T>(table: Readonly<Record<string, T>>, code: string, path: string): T {
  const value = Object.hasOwn(table, code) ? table[code] : undefined;
  if (value === undefined) throw new Unmapped(path, 'has a code that stands in no table');
  return value;
}

const VIETNAM_OFFSET = 7 * 3_600_000;

/** A day of Viet Nam: as it stands where no zone is named, else the day that it is here at that instant. */
function dayOf(value: string | null, path: string): string | null {
  if (value === null) return null;
  const local = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/.exec(value)?.[1];
  const at = local === undefined && /T.*(?:Z|[+-]\d{2}:\d{2})$/.test(value) ? Date.parse(value) : Number.NaN;
  const day = local ?? (Number.isNaN(at) ? '' : new Date(at + VIETNAM_OFFSET).toISOString().slice(0, 10));
  if (!isCalendarDate(day)) throw new Unmapped(path, 'is no day');
  // The serialiser's way of saying that there is none.
  return day === '0001-01-01' ? null : day;
}

function countOf(value: string | null, path: string): number | null {
  if (value === null) return null;
  if (!/^\d{1,6}$/.test(value)) throw new Unmapped(path, 'is no count');
  return Number(value);
}
