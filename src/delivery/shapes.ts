/** @module A delivery as iGates send it and read it; what is read names nobody. */
import { z } from 'zod';
import { CARRIER_STATES, codAmount, DELIVERY_KINDS, party, weightGrams } from '../capabilities/delivery.ts';
import { dossierCode } from '../dossiers/shape.ts';
import { rfc3339 } from '../http/answer.ts';
import { DELIVERY_STATES, type DeliveryRow, type KeptStep } from './store.ts';

export const deliveryPost = z.strictObject({
  dossierCode,
  kind: z.enum(DELIVERY_KINDS).meta({
    description: '`papers` are fetched from the citizen, a `result` is brought to the citizen',
  }),
  sender: party,
  receiver: party,
  weightGrams,
  codAmount: codAmount.default(0),
  note: z.string().trim().min(1).max(500).nullable().default(null),
});

export const deliveryAnswer = z.object({
  id: z.string(),
  provider: z.string(),
  dossierCode: z.string(),
  kind: z.enum(DELIVERY_KINDS),
  state: z.enum(DELIVERY_STATES),
  /** A cancellation is wanted whose outcome is not known yet. */
  cancelling: z.boolean(),
  itemCode: z.string().nullable(),
  fee: z.int().nullable(),
  codAmount: z.int(),
  weightGrams: z.int(),
  fromCommuneCode: z.string(),
  toCommuneCode: z.string(),
  /** Why it was refused, not ordered or cancelled. */
  reason: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  steps: z.array(z.object({ state: z.enum(CARRIER_STATES), at: z.string(), note: z.string().nullable() })),
});

/** @param words opens what was sealed with it */
export function toDeliveryAnswer(
  row: DeliveryRow,
  steps: readonly KeptStep[],
  words: (sealed: Buffer | null) => string | null,
): z.output<typeof deliveryAnswer> {
  return {
    id: row.id,
    provider: row.provider,
    dossierCode: row.dossierCode,
    kind: row.kind,
    state: row.state,
    cancelling: row.cancelReason !== null && (row.state === 'registered' || row.state === 'collecting'),
    itemCode: row.itemCode,
    fee: row.fee,
    codAmount: row.codAmount,
    weightGrams: row.weightGrams,
    fromCommuneCode: row.fromCommune,
    toCommuneCode: row.toCommune,
    reason: words(row.reason),
    createdAt: rfc3339(row.createdAt),
    updatedAt: rfc3339(row.updatedAt),
    steps: steps.map(({ state, at, note }) => ({ state, at: rfc3339(at), note: words(note) })),
  };
}
