/** @module The `delivery` capability: papers fetched from a citizen or brought to one by a carrier, in the gateway's terms. Money is in đồng, weight in grams. */
import { z } from 'zod';

export { postalItemFault } from '../dossiers/identifiers.ts';

/** What is carried: papers from the citizen to the office, or the result from the office to the citizen. */
export const DELIVERY_KINDS = ['papers', 'result'] as const;
export type DeliveryKind = (typeof DELIVERY_KINDS)[number];

/** Where an order is at its carrier. */
export const CARRIER_STATES = ['registered', 'collecting', 'handed-over', 'cancelled'] as const;
export type CarrierState = (typeof CARRIER_STATES)[number];

/** Mã đơn vị hành chính cấp xã, by which the carrier finds the post office. */
export const communeCode = z
  .string()
  .regex(/^\d{5}$/)
  .meta({ example: '24490' });
const amount = z.int().min(0).max(1_000_000_000);
export const weightGrams = z.int().min(1).max(50_000);
export const codAmount = amount.meta({ description: 'Money to be collected on hand-over, in đồng' });

/** One of the two ends; nothing of it is kept once the carrier has the order. */
export const party = z.strictObject({
  name: z.string().trim().min(1).max(200),
  phone: z.string().regex(/^\+?\d{8,15}$/),
  address: z.string().trim().min(1).max(500),
  communeCode,
});
export type Party = z.output<typeof party>;

/** The contract of the price operation. */
export const priceInput = z.strictObject({
  fromCommuneCode: communeCode,
  toCommuneCode: communeCode,
  weightGrams,
  codAmount: codAmount.default(0),
});
export const priceOutput = z.object({
  currency: z.literal('VND'),
  main: z.int(),
  cod: z.int(),
  total: z.int(),
});

/** The contract of the operation that finds a post office. */
export const officeParams = z.object({ communeCode });
export const officeOutput = z.object({
  communeCode: z.string(),
  code: z.string(),
  name: z.string(),
  phone: z.string().nullable(),
});

/** An order as its carrier knows it again: one that runs for each dossier and kind. */
export interface OrderRef {
  /** The carrier's order number is the dossier's code. */
  readonly dossierCode: string;
  readonly kind: DeliveryKind;
}

export interface Order extends OrderRef {
  readonly sender: Party;
  readonly receiver: Party;
  readonly weightGrams: number;
  readonly codAmount: number;
  readonly note: string | null;
}

export interface Ordered {
  /** Mã bưu gửi (S10 of the UPU), where the carrier has given one. */
  readonly itemCode: string | null;
  readonly fee: number | null;
}

export interface CarrierStep {
  readonly state: CarrierState;
  readonly at: number;
  readonly note: string | null;
}

/** An order as its carrier tells of it: its steps in the order of time, one at least. */
export interface TrackedOrder extends OrderRef {
  readonly itemCode: string | null;
  readonly state: CarrierState;
  readonly steps: readonly CarrierStep[];
}

/** A carrier. A failed call is an `UpstreamError`, whose outcome says whether the work may have been done. */
export interface DeliveryProvider {
  /** The connector that stands behind it. */
  readonly name: string;
  order(order: Order): Promise<Ordered>;
  cancel(order: OrderRef, reason: string): Promise<void>;
  readonly tracking: {
    /** Orders that one question may be about. */
    readonly batch: number;
    readonly minMs: number;
    readonly maxMs: number;
    /** How long an order whose answer was lost may still take effect before its absence says that it never will. */
    readonly settleMs: number;
    /** In the order of the question; null where the carrier has no such order. */
    track(orders: readonly OrderRef[]): Promise<readonly (TrackedOrder | null)[]>;
  };
}
