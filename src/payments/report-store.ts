/** @module SQL of the three-way match: everything that is known of each reference, page by page. Times are epoch milliseconds. */
import { within, withinBoth } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Asked, Debit, PaymentState, Receipt } from './lifecycle.ts';
import type { SettledMovement } from './match.ts';

/** What the pages are of. */
export interface Period {
  readonly from: number;
  readonly to: number;
  /** Codes of the agencies that count for the caller, and for the one it asks for; null for all of its own. */
  readonly own: readonly string[];
  readonly agency: readonly string[] | null;
}

export interface PaymentEvidence {
  readonly id: string;
  readonly reference: string;
  readonly dossierCode: string;
  readonly agencyCode: string;
  readonly createdAt: number;
  readonly state: PaymentState;
  readonly amount: number;
  readonly debits: readonly Debit[];
  readonly paidAt: number | null;
  readonly asked: Asked | null;
  readonly receipt: Receipt;
  readonly toldAt: number | null;
  readonly portalShows: boolean | null;
  readonly settlement: readonly SettledMovement[];
  readonly refunds: readonly { readonly askedAt: number; readonly isBack: boolean }[];
  /** An earlier payment of the same fee of the dossier stands, too. */
  readonly hasTwin: boolean;
}

const EVIDENCE = `
  p.id, p.reference, p.dossier_code as "dossierCode", p.agency_code as "agencyCode", p.created_at as "createdAt", p.state, p.amount, p.debits,
  p.paid_at as "paidAt", p.asked, p.receipt, case when p.taken_back_at is null then p.told_at end as "toldAt", p.portal_shows as "portalShows",
  coalesce((select json_agg(json_build_object('kind', l.kind, 'transactionId', l.transaction_id, 'amount', l.amount) order by l.settlement_id, l.line)
    from settlement_line l where l.payment_id = p.id), '[]') as settlement,
  coalesce((select json_agg(json_build_object('askedAt', extract(epoch from r.asked_at) * 1000, 'isBack', r.state = 'refunded') order by r.asked_at, r.id)
    from payment_refund r where r.payment_id = p.id and r.state <> 'refused'), '[]') as refunds,
  exists (select 1 from payment o where o.dossier_code = p.dossier_code and o.fee_codes && p.fee_codes and (o.created_at, o.id) < (p.created_at, p.id)
    and o.state in ('succeeded', 'recovered', 'settled')) as "hasTwin"`;

/** Payments that were asked for in the period, in that order, after one of them. */
export async function paymentsOf(
  db: Queryable,
  { from, to, own, agency }: Period,
  after: { readonly createdAt: number; readonly id: string } | null,
  limit: number,
): Promise<PaymentEvidence[]> {
  const { rows } = await db.query<PaymentEvidence>({
    name: 'payment-evidence',
    text: `
      select ${EVIDENCE} from payment p
      where p.created_at >= to_timestamp($1::float8 / 1000) and p.created_at < to_timestamp($2::float8 / 1000)
        and (p.created_at, p.id) > (to_timestamp($3::float8 / 1000), $4::uuid)
        and ${within('p.agencies', '$5')} and ($6::text[] is null or ${within('p.agencies', '$6')})
      order by p.created_at, p.id limit $7`,
    values: [from, to, after?.createdAt ?? 0, after?.id ?? '00000000-0000-0000-0000-000000000000', own, agency, limit],
  });
  return rows;
}

/** Payments that stand on one file, by their ids, after one of them. */
export async function paymentsOfFile(
  db: Queryable,
  settlementId: number,
  after: string | null,
  limit: number,
): Promise<PaymentEvidence[]> {
  const { rows } = await db.query<PaymentEvidence>({
    name: 'payment-evidence-of-file',
    text: `
      select ${EVIDENCE} from payment p
      where p.id = any(array(
        select distinct payment_id from settlement_line where settlement_id = $1 and payment_id > coalesce($2::uuid, '00000000-0000-0000-0000-000000000000')
        order by payment_id limit $3))
      order by p.id`,
    values: [settlementId, after, limit],
  });
  return rows;
}

/** Money on a file that nobody here asked for. */
export interface UnknownLine {
  readonly settlementId: number;
  readonly line: number;
  readonly reference: string;
  readonly transactionId: string;
  readonly amount: number;
  readonly agencyCode: string | null;
  readonly settledOn: string;
}

/** Unknown lines that were settled in the period; those without an agency are everybody's. */
export async function unknownLinesOf(
  db: Queryable,
  { from, to, own, agency }: Period,
  after: { readonly settlementId: number; readonly line: number } | null,
  limit: number,
): Promise<UnknownLine[]> {
  const { rows } = await db.query<UnknownLine>({
    name: 'settlement-unknown-lines',
    text: `
      select l.settlement_id as "settlementId", l.line, l.reference, l.transaction_id as "transactionId", l.amount, l.agency_code as "agencyCode",
        l.settled_on as "settledOn"
      from settlement_line l
      where l.payment_id is null and l.kind = 'payment'
        and l.settled_on >= (to_timestamp($1::float8 / 1000) at time zone 'Asia/Ho_Chi_Minh')::date
        and l.settled_on <= (to_timestamp($2::float8 / 1000) at time zone 'Asia/Ho_Chi_Minh')::date
        and (l.settlement_id, l.line) > ($3::bigint, $4::int)
        and (l.agency_code is null or l.agency_code = any($5::text[])) and ($6::text[] is null or l.agency_code = any($6::text[]))
      order by l.settlement_id, l.line limit $7`,
    values: [from, to - 1, after?.settlementId ?? 0, after?.line ?? 0, own, agency, limit],
  });
  return rows;
}

/** A payment that another system took and told of, such as a ministry's page. */
export interface ElsewherePaid {
  readonly dossierId: number;
  readonly seq: number;
  readonly dossierCode: string | null;
  readonly agencyCode: string | null;
  readonly source: string;
  readonly reference: string | null;
  readonly amount: number | null;
  readonly recordedAt: number;
  /** Whether the destination has acknowledged the entry; null where there is none. */
  readonly acknowledged: boolean | null;
}

export async function paidElsewhere(
  db: Queryable,
  { from, to, own, agency }: Period,
  { providers, destination }: { readonly providers: readonly string[]; readonly destination: string },
  after: { readonly dossierId: number; readonly seq: number } | null,
  limit: number,
): Promise<ElsewherePaid[]> {
  const { rows } = await db.query<ElsewherePaid>({
    name: 'payment-elsewhere',
    text: `
      select e.dossier_id as "dossierId", e.seq, d.code as "dossierCode", d.agency_code as "agencyCode", e.source, e.body ->> 'reference' as reference,
        case when e.body ->> 'amount' ~ '^[0-9]{1,15}$' then (e.body ->> 'amount')::bigint end as amount, e.recorded_at as "recordedAt",
        (select s.acked_seq >= e.seq from sync_state s where s.destination = $8 and s.dossier_id = e.dossier_id) as acknowledged
      from timeline_entry e join dossier d on d.id = e.dossier_id
      where e.kind = 'payment' and not (e.source = any($7::text[])) and e.occurred_at >= to_timestamp($1::float8 / 1000)
        and e.occurred_at < to_timestamp($2::float8 / 1000) and (e.dossier_id, e.seq) > ($3::bigint, $4::int)
        and ${withinBoth('d.agencies', '$6', '$5')}
      order by e.dossier_id, e.seq limit $9`,
    values: [from, to, after?.dossierId ?? 0, after?.seq ?? 0, own, agency, providers, destination, limit],
  });
  return rows;
}
