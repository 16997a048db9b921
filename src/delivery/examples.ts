/** @module The documents' examples of deliveries: `npm start` orders those that they read and cancel. */
import type { Order, Party } from '../capabilities/delivery.ts';
import { EXAMPLE_CODE, SUPERSEDED_EXAMPLE } from '../dossiers/examples.ts';
import type { Deliveries } from './deliveries.ts';

/** Ordered in the demo: read by the examples. */
export const EXAMPLE_DELIVERY = '3d9a1c52-6f08-4b7e-8c41-9e2f5a7b0d63';
/** Ordered in the demo to be cancelled. */
export const CANCELLED_EXAMPLE = '7b41e0f8-25c3-4d9a-b6e7-1c0d8f3a5e92';

const office: Party = {
  name: 'Bộ phận Một cửa xã Krông Pắc',
  phone: '0900000001',
  address: 'Trụ sở UBND xã Krông Pắc',
  communeCode: '24490',
};
const citizen: Party = { name: 'Nguyễn Văn An', phone: '0900000000', address: 'Thôn 4', communeCode: '24490' };

/** Ordered by the example itself. */
export const exampleOrder = {
  dossierCode: EXAMPLE_CODE,
  kind: 'papers' as const,
  sender: citizen,
  receiver: office,
  weightGrams: 300,
  note: 'Gọi trước khi đến',
};

const planted: Omit<Order, 'dossierCode'> = {
  kind: 'result',
  sender: office,
  receiver: citizen,
  weightGrams: 200,
  codAmount: 50_000,
  note: null,
};

/** What the demo orders, under the ids of acts of their own. */
const plantedOrders: readonly { readonly actId: string; readonly order: Order }[] = [
  { actId: EXAMPLE_DELIVERY, order: { ...planted, dossierCode: EXAMPLE_CODE } },
  { actId: CANCELLED_EXAMPLE, order: { ...planted, dossierCode: SUPERSEDED_EXAMPLE } },
];

/** Orders them once; what a former start has ordered is left as it is. Nothing where no carrier is configured. */
export async function plantExampleDeliveries(deliveries: Deliveries): Promise<void> {
  const [provider] = deliveries.carriers;
  if (provider === undefined) return;
  for (const { actId, order } of plantedOrders)
    await deliveries.order({ actId, clientId: 'demo', provider, agencies: ['H15.58'], order });
}
