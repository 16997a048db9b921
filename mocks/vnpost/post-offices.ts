/** @module Which post office serves which commune of the invented province, and what a parcel costs between two. */
import { communes } from '../people.ts';

/** Communes whose post is handled next door. */
const SERVED_BY: Readonly<Record<string, string>> = { '24154': '24133', '24169': '24133', '24340': '24305' };
const REGION = '63';

export interface PostOffice {
  readonly code: string;
  readonly name: string;
  readonly phone: string;
}

/** The post office of a commune; null where none is known. */
export function postOfficeOf(commune: string): PostOffice | null {
  const seat = SERVED_BY[commune] ?? commune;
  const name = communes.get(seat);
  return name === undefined
    ? null
    : { code: `${REGION}${seat.slice(1)}`, name: `Bưu cục ${name}`, phone: '0900000100' };
}

const WEIGHT_STEP = 500;
const FIRST_STEP = 22_000;
const FURTHER_STEP = 3_500;
const ANOTHER_OFFICE = 4_000;
const COD_SHARE = 0.01;
const LEAST_COD = 8_000;

/** Fees in đồng. */
export function priceOf(from: PostOffice, to: PostOffice, grams: number, cod: number): { main: number; cod: number } {
  const steps = Math.max(1, Math.ceil(grams / WEIGHT_STEP));
  return {
    main: FIRST_STEP + (steps - 1) * FURTHER_STEP + (from.code === to.code ? 0 : ANOTHER_OFFICE),
    cod: cod === 0 ? 0 : Math.max(LEAST_COD, Math.round(cod * COD_SHARE)),
  };
}
