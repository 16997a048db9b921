/** @module SQL of settlement files: one function per statement. Times are epoch milliseconds, days `YYYY-MM-DD`. */
import type { SettlementItem, SettlementLine, Violation } from '../capabilities/payments.ts';
import type { Queryable } from '../db/queryable.ts';

export interface SettlementRecord {
  readonly id: number;
  readonly provider: string;
  readonly uploadedBy: string;
  readonly uploadedAt: number;
  readonly finishedAt: number | null;
  readonly state: 'running' | 'done' | 'failed';
  readonly lines: number;
  readonly faults: number;
  readonly repeated: number;
  readonly unknown: number;
  readonly sum: number;
  readonly statedLines: number | null;
  readonly statedSum: number | null;
}

const COLUMNS = `
  id, provider, uploaded_by as "uploadedBy", uploaded_at as "uploadedAt", finished_at as "finishedAt", state, lines, faults, repeated, unknown, sum,
  stated_lines as "statedLines", stated_sum as "statedSum"`;

/** Two files of a platform are not read at once: the second sees what the first has told. Held until the transaction ends. */
export async function holdSettlements(db: Queryable, provider: string): Promise<void> {
  await db.query("select pg_advisory_xact_lock(hashtextextended('settlement ' || $1, 0))", [provider]);
}

export async function beginSettlement(
  db: Queryable,
  { provider, uploadedBy, now }: { readonly provider: string; readonly uploadedBy: string; readonly now: number },
): Promise<number> {
  const { rows } = await db.query<{ id: number }>(
    'insert into settlement (provider, uploaded_by, uploaded_at) values ($1, $2, to_timestamp($3::float8 / 1000)) returning id',
    [provider, uploadedBy, now],
  );
  return rows[0]!.id;
}

/** What a batch of lines came to, added to its run. */
export interface Counted {
  readonly lines: number;
  readonly faults: number;
  readonly repeated: number;
  readonly unknown: number;
  readonly sum: number;
}

export async function countSettlement(db: Queryable, id: number, counted: Counted): Promise<void> {
  const { lines, faults, repeated, unknown, sum } = counted;
  await db.query(
    `update settlement set lines = lines + $2, faults = faults + $3, repeated = repeated + $4, unknown = unknown + $5, sum = sum + $6 where id = $1`,
    [id, lines, faults, repeated, unknown, sum],
  );
}

export async function endSettlement(
  db: Queryable,
  id: number,
  end: {
    readonly state: 'done' | 'failed';
    readonly digest: Buffer | null;
    readonly stated: Extract<SettlementItem, { is: 'total' }> | null;
    readonly now: number;
  },
): Promise<void> {
  await db.query(
    `update settlement set state = $2, digest = $3, stated_lines = $4, stated_sum = $5, finished_at = to_timestamp($6::float8 / 1000) where id = $1`,
    [id, end.state, end.digest, end.stated?.lines ?? null, end.stated?.sum ?? null, end.now],
  );
}

/** The run of a file that was read before, byte for byte. */
export async function settlementOf(db: Queryable, provider: string, digest: Buffer): Promise<SettlementRecord | null> {
  const { rows } = await db.query<SettlementRecord>(
    `select ${COLUMNS} from settlement where provider = $1 and digest = $2`,
    [provider, digest],
  );
  return rows[0] ?? null;
}

/** A run that added nothing is forgotten with its faults. */
export async function dropSettlement(db: Queryable, id: number): Promise<void> {
  await db.query('delete from settlement_fault where settlement_id = $1', [id]);
  await db.query('delete from settlement where id = $1', [id]);
}

export async function findSettlement(db: Queryable, id: number): Promise<SettlementRecord | null> {
  const { rows } = await db.query<SettlementRecord>(`select ${COLUMNS} from settlement where id = $1`, [id]);
  return rows[0] ?? null;
}

export async function listSettlements(db: Queryable, before: number, limit: number): Promise<SettlementRecord[]> {
  const { rows } = await db.query<SettlementRecord>(
    `select ${COLUMNS} from settlement where id < $1 order by id desc limit $2`,
    [before, limit],
  );
  return rows;
}

/** A movement of money that an earlier line told, by kind and transaction. */
export interface KnownLine {
  readonly kind: SettlementLine['kind'];
  readonly transactionId: string;
  readonly reference: string;
  readonly amount: number;
  readonly settlementId: number;
  readonly line: number;
}

export async function knownLines(
  db: Queryable,
  provider: string,
  transactionIds: readonly string[],
): Promise<KnownLine[]> {
  const { rows } = await db.query<KnownLine>({
    name: 'settlement-known-lines',
    text: `select kind, transaction_id as "transactionId", reference, amount, settlement_id as "settlementId", line
           from settlement_line where provider = $1 and transaction_id = any($2::text[])`,
    values: [provider, transactionIds],
  });
  return rows;
}

/** Writes new lines; the movements they tell of stand on no other line. */
export async function insertLines(
  db: Queryable,
  settlementId: number,
  provider: string,
  lines: readonly { readonly line: number; readonly read: SettlementLine; readonly paymentId: string | null }[],
): Promise<void> {
  await db.query({
    name: 'settlement-insert-lines',
    text: `
      insert into settlement_line (settlement_id, line, provider, kind, reference, transaction_id, amount, bank_code, agency_code, at, settled_on, payment_id)
      select $1, line, $2, kind, reference, "transactionId", amount, "bankCode", "agencyCode", to_timestamp(at / 1000), "settledOn", "paymentId"
      from json_to_recordset($3::json) as r (line int, kind text, reference text, "transactionId" text, amount bigint, "bankCode" text,
        "agencyCode" text, at float8, "settledOn" date, "paymentId" uuid)
`,
    values: [
      settlementId,
      provider,
      JSON.stringify(lines.map(({ line, read, paymentId }) => ({ line, ...read, paymentId }))),
    ],
  });
}

export async function insertFaults(
  db: Queryable,
  settlementId: number,
  faults: readonly { readonly line: number; readonly faults: readonly Violation[] }[],
): Promise<void> {
  await db.query({
    name: 'settlement-insert-faults',
    text: `insert into settlement_fault (settlement_id, line, faults)
           select $1, line, faults from json_to_recordset($2::json) as r (line int, faults jsonb) on conflict do nothing`,
    values: [settlementId, JSON.stringify(faults)],
  });
}

export async function readFaults(
  db: Queryable,
  settlementId: number,
  limit: number,
): Promise<{ readonly line: number; readonly faults: readonly Violation[] }[]> {
  const { rows } = await db.query<{ line: number; faults: Violation[] }>(
    'select line, faults from settlement_fault where settlement_id = $1 order by line limit $2',
    [settlementId, limit],
  );
  return rows;
}

/** Refunds that the bank's file shows are done, whatever was known of them. */
export async function refundsDone(db: Queryable, references: readonly string[], now: number): Promise<void> {
  await db.query({
    name: 'payment-refund-done',
    text: `update payment_refund set state = 'refunded', finished_at = coalesce(finished_at, to_timestamp($2::float8 / 1000))
           where reference = any($1::text[]) and state <> 'refunded'`,
    values: [references, now],
  });
}
