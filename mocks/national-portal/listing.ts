/** @module LayDanhSachHoSo: dossiers by date of receipt, page by page, for a portal that has such a service. */
import type { Dossiers, KeptDossier } from './dossiers.ts';
import { CODES, type Refusal, refusal } from './replies.ts';
import type { DossierRecord } from './validate.ts';

const LARGEST_PAGE = 1000;
const DATE = /^\d{8}$/;

export interface ListingQuery {
  readonly from: string;
  readonly to: string;
  readonly page: number;
  readonly size: number;
}

/** Reads `{TuNgay, DenNgay, TrangHienTai, SoBanGhi}`: dates `yyyyMMdd`, pages from 1, at most 1000 a page. */
export function readListingQuery(body: Readonly<Record<string, unknown>>): ListingQuery | Refusal {
  const { TuNgay: from, DenNgay: to, TrangHienTai = '1', SoBanGhi = '100' } = body;
  if (typeof from !== 'string' || typeof to !== 'string' || !DATE.test(from) || !DATE.test(to)) {
    return refusal(CODES.content, 'TuNgay, DenNgay phải có định dạng yyyyMMdd');
  }
  const page = typeof TrangHienTai === 'string' ? Number(TrangHienTai) : Number.NaN;
  const size = typeof SoBanGhi === 'string' ? Number(SoBanGhi) : Number.NaN;
  if (!Number.isInteger(page) || page < 1) return refusal(CODES.content, 'TrangHienTai phải là số từ 1');
  if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE) {
    return refusal(CODES.content, `SoBanGhi phải là số từ 1 đến ${LARGEST_PAGE}`);
  }
  return { from, to, page, size };
}

/** Keeps the last list that was made, since a reader asks for its pages one after the other. */
export class Listing {
  #key = '';
  #found: KeptDossier[] = [];
  readonly #dossiers: Dossiers;

  constructor(dossiers: Dossiers) {
    this.#dossiers = dossiers;
  }

  /** One page, by MaHoSo, without lists and progress, and how many there are. */
  page({ from, to, page, size }: ListingQuery): { data: DossierRecord[]; total: number } {
    const key = `${from} ${to} ${this.#dossiers.version}`;
    if (key !== this.#key) {
      this.#found = [...this.#dossiers.all()]
        .filter(({ record }) => {
          const day = (record.NgayTiepNhan as string).slice(0, 8);
          return day >= from && day <= to;
        })
        .sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
      this.#key = key;
    }
    const data = this.#found.slice((page - 1) * size, page * size).map(withoutLists);
    return { data, total: this.#found.length };
  }
}

const withoutLists = ({ record, status }: KeptDossier): DossierRecord => ({
  ...Object.fromEntries(Object.entries(record).filter(([, value]) => typeof value === 'string')),
  TrangThaiHoSo: status,
});
