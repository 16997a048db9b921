/**
 * @module What VnPost takes and sends: JSON whose scalars are texts, HTTP 200 whatever happened, and a `Status` that says
 * what did. The order, `Status` "100" and the collection states are observed; the rest is assumed (README).
 */
import { z } from 'zod';

export const PATH = {
  token: '/api/token',
  price: '/api/price',
  order: '/api/order',
  cancel: '/api/cancel',
  tracking: '/api/tracking',
  postoffice: '/api/postoffice',
} as const;
export type Service = keyof typeof PATH;

/** Status. */
export const DONE = '100';
export const NO_TOKEN = '101';
export const WRONG = '102';
export const NOT_FOUND = '104';
export const TOO_LATE = '105';

/** FlagConfig. */
export const FLAG = { papers: '1', result: '2' } as const;

export const MOST_NUMBERS = 50;

const text = z.union([z.string(), z.number()]).transform(String);
const count = z.union([z.string().regex(/^\d{1,12}$/), z.int().nonnegative()]).transform(Number);
const empty = z.string().nullish();

/** Every answer, before anything else of it is read. */
export const reply = z.looseObject({ Status: text, Message: z.string().nullish() });

export const tokenReply = z.looseObject({
  Data: z.looseObject({ Token: z.string().min(1), ExpiresIn: count.nullish() }),
});
export const priceReply = z.looseObject({
  Data: z.looseObject({ MainFee: count, CODFee: count, TotalFee: count }),
});
export const orderReply = z.looseObject({
  Data: z.looseObject({ OrderNumber: z.string(), ItemCode: empty, TotalFee: count.nullish() }),
});
export const officeReply = z.looseObject({
  Data: z.looseObject({ PostCode: text, PostName: z.string(), Phone: empty }),
});

const tracked = z.looseObject({
  OrderNumber: z.string(),
  FlagConfig: text,
  ItemCode: empty,
  OrderStatus: text,
  Traces: z.array(z.looseObject({ OrderStatus: text, StatusDate: z.string(), Note: empty })),
});
export type TrackedRecord = z.output<typeof tracked>;
export const trackingReply = z.looseObject({ Data: z.array(tracked) });
