/** @module SQL of deliveries. Times are epoch milliseconds. */
import type { CarrierState, DeliveryKind } from '../capabilities/delivery.ts';
import type { Next } from '../connector/poller.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';

export const DELIVERY_STATES = [
  'ordering',
  'unknown',
  'registered',
  'collecting',
  'handed-over',
  'cancelled',
  'refused',
  'not-ordered',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface DeliveryRow {
  readonly id: string;
  readonly provider: string;
  readonly clientId: string;
  readonly dossierCode: string;
  readonly agencies: readonly string[];
  readonly kind: DeliveryKind;
  readonly state: DeliveryState;
  readonly sealed: Buffer | null;
  readonly fromCommune: string;
  readonly toCommune: string;
  readonly weightGrams: number;
  readonly codAmount: number;
  readonly itemCode: string | null;
  readonly fee: number | null;
  /** Sealed, as are the notes of steps. */
  readonly reason: Buffer | null;
  readonly cancelReason: Buffer | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly intervalMs: number;
}

const COLUMNS = `id, provider, client_id as "clientId", dossier_code as "dossierCode", agencies, kind, state, sealed,
  from_commune as "fromCommune", to_commune as "toCommune", weight_grams as "weightGrams", cod_amount as "codAmount",
  item_code as "itemCode", fee, reason, cancel_reason as "cancelReason", created_at as "createdAt", updated_at as "updatedAt",
  interval_ms as "intervalMs"`;

/** Keeps the intent; false where an order of the dossier and kind already runs. */
export async function insert(
  db: Queryable,
  row: Omit<DeliveryRow, 'itemCode' | 'fee' | 'reason' | 'cancelReason' | 'updatedAt'>,
  dueAt: number,
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'insert-delivery',
    text: `
      insert into delivery (id, provider, client_id, dossier_code, agencies, kind, state, sealed, from_commune, to_commune,
        weight_grams, cod_amount, created_at, updated_at, interval_ms, due_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, ${at('$13')}, ${at('$13')}, $14, ${at('$15')})
      on conflict do nothing`,
    values: [
      ...[row.id, row.provider, row.clientId, row.dossierCode, row.agencies, row.kind, row.state, row.sealed],
      ...[row.fromCommune, row.toCommune, row.weightGrams, row.codAmount, row.createdAt, row.intervalMs, dueAt],
    ],
  });
  return rowCount === 1;
}

/** Takes up an act again that came to nothing; false where another order runs meanwhile or somebody else took it up. */
export async function revive(db: Queryable, id: string, sealed: Buffer, now: number, dueAt: number): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'revive-delivery',
    text: `
      update delivery d set state = 'ordering', sealed = $2, reason = null, updated_at = ${at('$3')}, due_at = ${at('$4')}
      where id = $1 and state in ('refused', 'not-ordered') and not exists (
        select from delivery o where o.provider = d.provider and o.dossier_code = d.dossier_code and o.kind = d.kind
          and o.state in ('ordering', 'unknown', 'registered', 'collecting'))`,
    values: [id, sealed, now, dueAt],
  });
  return rowCount === 1;
}

export async function find(db: Queryable, id: string): Promise<DeliveryRow | null> {
  const { rows } = await db.query<DeliveryRow>({
    name: 'find-delivery',
    text: `select ${COLUMNS} from delivery where id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** Those of a dossier, the newest first. */
export async function ofDossier(db: Queryable, dossierCode: string): Promise<DeliveryRow[]> {
  const { rows } = await db.query<DeliveryRow>({
    name: 'deliveries-of-dossier',
    text: `select ${COLUMNS} from delivery where dossier_code = $1 order by created_at desc limit 100`,
    values: [dossierCode],
  });
  return rows;
}

/** The order that runs for a dossier and kind. */
export async function running(
  db: Queryable,
  of: Pick<DeliveryRow, 'provider' | 'dossierCode' | 'kind'>,
): Promise<DeliveryRow | null> {
  const { rows } = await db.query<DeliveryRow>({
    name: 'running-delivery',
    text: `
      select ${COLUMNS} from delivery
      where provider = $1 and dossier_code = $2 and kind = $3 and state in ('ordering', 'unknown', 'registered', 'collecting')`,
    values: [of.provider, of.dossierCode, of.kind],
  });
  return rows[0] ?? null;
}

/** What an order came to. */
export interface Settled {
  readonly state: DeliveryState;
  readonly itemCode?: string | null;
  readonly fee?: number | null;
  readonly reason?: Buffer | null;
  /** Keeps who sends and receives: it may have to be sent again. */
  readonly keepsPeople?: boolean;
  /** When it is asked about; null: never again. */
  readonly dueAt: number | null;
}

/**
 * Notes what an order came to; it is still in one of the states given, else nothing is changed. Who sends and receives is
 * forgotten as soon as nothing has to be sent again.
 */
export async function settle(
  db: Queryable,
  id: string,
  from: readonly DeliveryState[],
  to: Settled,
  now: number,
): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'settle-delivery',
    text: `
      update delivery set state = $3, item_code = coalesce($4, item_code), fee = coalesce($5, fee), reason = $6,
        sealed = case when $9 then sealed end, updated_at = ${at('$7')}, due_at = ${at('$8')}
      where id = $1 and state = any($2::text[])`,
    values: [
      ...[id, from, to.state, to.itemCode ?? null, to.fee ?? null, to.reason ?? null, now, to.dueAt],
      to.keepsPeople ?? false,
    ],
  });
  return rowCount === 1;
}

/** Notes that a cancellation is wanted, or no more. */
export async function wantCancel(db: Queryable, id: string, reason: Buffer | null, dueAt: number): Promise<void> {
  await db.query({
    name: 'want-cancel-delivery',
    text: `update delivery set cancel_reason = $2, due_at = ${at('$3')} where id = $1 and state in ('registered', 'collecting')`,
    values: [id, reason, dueAt],
  });
}

/** Takes what is due, oldest first, and leaves it to no other process for a while. */
export async function claim(
  db: Queryable,
  provider: string,
  limit: number,
  now: number,
  leaseMs: number,
): Promise<DeliveryRow[]> {
  const { rows } = await db.query<DeliveryRow>({
    name: 'claim-deliveries',
    text: `
      update delivery set due_at = ${at('($3::float8 + $4)')}
      where id = any(array(
        select id from delivery where provider = $1 and due_at <= ${at('$3')} order by due_at limit $2 for update skip locked))
      returning ${COLUMNS}`,
    values: [provider, limit, now, leaseMs],
  });
  return rows;
}

/** Notes when each is asked about again. */
export async function settleDue(
  db: Queryable,
  items: readonly { readonly id: string }[],
  nexts: readonly Next[],
  now: number,
): Promise<void> {
  const rows = items.map(({ id }, i) => {
    const { inMs, intervalMs } = nexts[i]!;
    return { id, dueAt: inMs === null ? null : now + inMs, intervalMs: Math.round(intervalMs) };
  });
  await db.query({
    name: 'due-deliveries',
    text: `
      update delivery d set due_at = ${at('r."dueAt"')}, interval_ms = r."intervalMs"
      from json_to_recordset($1::json) as r (id uuid, "dueAt" float8, "intervalMs" int) where d.id = r.id`,
    values: [JSON.stringify(rows)],
  });
}

/** A step as it is kept. */
export interface KeptStep {
  readonly state: CarrierState;
  readonly at: number;
  readonly note: Buffer | null;
}

/** Keeps the steps that are new; how many. */
export async function addSteps(db: Queryable, deliveryId: string, steps: readonly KeptStep[]): Promise<number> {
  const rows = steps.map(({ note, ...step }) => ({ ...step, note: note?.toString('base64') ?? null }));
  const { rowCount } = await db.query({
    name: 'add-delivery-steps',
    text: `
      insert into delivery_step (delivery_id, state, at, note)
      select $1, state, ${at('at')}, decode(note, 'base64') from json_to_recordset($2::json) as r (state text, at float8, note text)
      order by r.at on conflict do nothing`,
    values: [deliveryId, JSON.stringify(rows)],
  });
  return rowCount ?? 0;
}

export async function stepsOf(
  db: Queryable,
  ids: readonly string[],
): Promise<(KeptStep & { readonly deliveryId: string })[]> {
  const { rows } = await db.query<KeptStep & { readonly deliveryId: string }>({
    name: 'delivery-steps',
    text: 'select delivery_id as "deliveryId", state, at, note from delivery_step where delivery_id = any($1::uuid[]) order by at, id',
    values: [ids],
  });
  return rows;
}
