/** @module The portal's lists of procedures and agencies in the gateway's terms: pure, its words for units included. */
import type { Limit, ListedAgency, ListedProcedure } from '../../src/capabilities/catalogue.ts';
import type { ListedAgencyRecord, ListedProcedureRecord } from './wire.ts';

/** DonViThoiHan (assumed). */
const UNITS: Readonly<Record<string, Limit['unit']>> = {
  'ngày làm việc': 'working-day',
  ngày: 'day',
  'giờ làm việc': 'working-hour',
  giờ: 'hour',
  tháng: 'month',
};

const NUMBER = /^\d{1,5}([.,]\d{1,2})?$/;
/** Whole đồng, as they are written with and without points. */
const MONEY = /^\d{1,3}([.,]\d{3})*$|^\d{1,12}$/;

export function toListedProcedure(record: ListedProcedureRecord): ListedProcedure {
  const unread: string[] = [];
  return {
    code: record.MaTTHC,
    name: record.TenTTHC || null,
    sector: record.MaLinhVuc ? { code: record.MaLinhVuc, name: record.TenLinhVuc ?? '' } : null,
    limit: limitOf(record, unread),
    fees: feesOf(record, unread),
    unread,
  };
}

function limitOf({ ThoiHanGiaiQuyet, DonViThoiHan }: ListedProcedureRecord, unread: string[]): Limit | null {
  const amount = (ThoiHanGiaiQuyet ?? '').trim();
  if (amount === '') return null;
  const unit = UNITS[(DonViThoiHan ?? '').trim().toLowerCase()];
  if (unit !== undefined && NUMBER.test(amount)) return { amount: Number(amount.replace(',', '.')), unit };
  unread.push(`ThoiHanGiaiQuyet ${amount} ${DonViThoiHan ?? ''}`.trim());
  return null;
}

function feesOf({ MucThu }: ListedProcedureRecord, unread: string[]): ListedProcedure['fees'] {
  const amount = (MucThu ?? '').trim();
  if (amount === '') return null;
  if (MONEY.test(amount)) return [{ code: null, amount: Number(amount.replace(/[.,]/g, '')) }];
  unread.push(`MucThu ${amount}`);
  return null;
}

export const toListedAgency = ({ MaCoQuan, TenCoQuan, MaCoQuanCha }: ListedAgencyRecord): ListedAgency => ({
  code: MaCoQuan,
  name: TenCoQuan || null,
  parentCode: MaCoQuanCha || null,
});
