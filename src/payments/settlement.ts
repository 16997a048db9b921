/** @module Reads a settlement file into the payments as it arrives: a bad line is named and passed over, the same movement of money counts once. */
import { createHash } from 'node:crypto';
import type { PaymentProvider, SettlementItem, SettlementLine, Violation } from '../capabilities/payments.ts';
import { inTransaction } from '../db/transaction.ts';
import { changeLocked } from './change.ts';
import type { PaymentsDeps } from './deps.ts';
import { settled } from './lifecycle.ts';
import {
  beginSettlement,
  type Counted,
  countSettlement,
  dropSettlement,
  endSettlement,
  findSettlement,
  holdSettlements,
  insertFaults,
  insertLines,
  type KnownLine,
  knownLines,
  refundsDone,
  type SettlementRecord,
  settlementOf,
} from './settlement-store.ts';
import { paymentIds } from './store.ts';

const BATCH = 500;

type Line = Extract<SettlementItem, { is: 'line' }>;
type Total = Extract<SettlementItem, { is: 'total' }>;
interface Faulty {
  readonly line: number;
  readonly faults: readonly Violation[];
}

export interface SettlementFile {
  readonly provider: string;
  readonly file: AsyncIterable<Uint8Array>;
  readonly uploadedBy: string;
}

/**
 * Reads the file to its end. The same file again gives its first run; a file cut off in the middle keeps what was read, and
 * sending it again adds only what is missing.
 * @throws UnreadableSettlement when it is no settlement file
 */
export async function takeSettlement(
  deps: PaymentsDeps,
  { provider: name, file, uploadedBy }: SettlementFile,
): Promise<SettlementRecord> {
  const { pool, now } = deps;
  const provider = deps.providers.get(name)!;
  const id = await beginSettlement(pool, { provider: name, uploadedBy, now: now() });
  const hash = createHash('sha256');
  try {
    const stated = await readAll(deps, id, name, provider.readSettlement(hashing(file, hash)));
    return await finish(deps, { id, provider: name, digest: hash.digest(), stated });
  } catch (error) {
    await endSettlement(pool, id, { state: 'failed', digest: null, stated: null, now: now() });
    throw error;
  }
}

/** Ends the run; one that added nothing to an earlier run of the same file gives way to it. */
function finish(
  { pool, now }: PaymentsDeps,
  run: { readonly id: number; readonly provider: string; readonly digest: Buffer; readonly stated: Total | null },
): Promise<SettlementRecord> {
  const { id, provider, digest, stated } = run;
  return inTransaction(pool, async (client) => {
    await holdSettlements(client, provider);
    const before = await settlementOf(client, provider, digest);
    const own = (await findSettlement(client, id))!;
    if (before && own.lines === 0) {
      await dropSettlement(client, id);
      return before;
    }
    // Where two sent the same file at once, each has some of its lines: the first to end names the file.
    await endSettlement(client, id, { state: 'done', digest: before ? null : digest, stated, now: now() });
    return (await findSettlement(client, id))!;
  });
}

async function* hashing(file: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>) {
  for await (const bytes of file) {
    hash.update(bytes);
    yield bytes;
  }
}

/** @returns what the file says of itself, where it does */
async function readAll(
  deps: PaymentsDeps,
  id: number,
  provider: string,
  items: ReturnType<PaymentProvider['readSettlement']>,
): Promise<Total | null> {
  let total: Total | null = null;
  let lines: Line[] = [];
  let faults: Faulty[] = [];
  const flush = async (): Promise<void> => {
    if (lines.length > 0 || faults.length > 0) await takeBatch(deps, id, provider, lines, faults);
    lines = [];
    faults = [];
  };
  for await (const item of items) {
    if (item.is === 'line') lines.push(item);
    else if (item.is === 'fault') faults.push({ line: item.line, faults: item.faults });
    else total = item;
    if (lines.length + faults.length >= BATCH) await flush();
  }
  await flush();
  return total;
}

/** One batch in one transaction: its lines, what they make of payments and refunds, and the run's counts. */
async function takeBatch(
  deps: PaymentsDeps,
  id: number,
  provider: string,
  lines: readonly Line[],
  unread: readonly Faulty[],
): Promise<void> {
  const now = deps.now();
  await inTransaction(deps.pool, async (client) => {
    await holdSettlements(client, provider);
    const known = await knownLines(
      client,
      provider,
      lines.map(({ read }) => read.transactionId),
    );
    const { fresh, repeated, contradicting } = sorted(lines, known, id);
    const ids = await paymentIds(
      client,
      fresh.map(({ read }) => read.reference),
    );
    const faults = [...unread, ...contradicting];
    if (faults.length > 0) await insertFaults(client, id, faults);
    if (fresh.length > 0) {
      const named = fresh.map((item) => ({ ...item, paymentId: ids.get(item.read.reference) ?? null }));
      await insertLines(client, id, provider, named);
      const byPayment = Map.groupBy(named, ({ paymentId }) => paymentId);
      byPayment.delete(null);
      await changeLocked(client, [...byPayment.keys()] as string[], now, (record) => {
        const own = byPayment.get(record.id)!.map(({ read }) => read);
        const payment = own.reduce(settled, record.payment);
        return {
          record: { ...record, payment, nextAt: now, intervalMs: 0 },
          happening: {
            kind: 'settled',
            details: { file: id, lines: own.map(({ kind, amount }) => ({ kind, amount })) },
          },
        };
      });
      const refunds = fresh.filter(({ read }) => read.kind === 'refund').map(({ read }) => read.reference);
      if (refunds.length > 0) await refundsDone(client, refunds, now);
    }
    const counted: Counted = {
      lines: fresh.length,
      faults: faults.length,
      repeated,
      unknown: fresh.filter(({ read }) => !ids.has(read.reference)).length,
      sum: fresh.reduce((sum, { read }) => sum + signed(read), 0),
    };
    await countSettlement(client, id, counted);
  });
}

const signed = ({ kind, amount }: SettlementLine): number => (kind === 'refund' ? -amount : amount);
const keyOf = ({ kind, transactionId }: Pick<SettlementLine, 'kind' | 'transactionId'>): string =>
  `${kind} ${transactionId}`;

/** Lines that are new, how many say again what is known, and those that say otherwise of a transaction than before. */
function sorted(lines: readonly Line[], known: readonly KnownLine[], settlementId: number) {
  const before = new Map<string, Pick<KnownLine, 'reference' | 'amount' | 'settlementId' | 'line'>>(
    known.map((line) => [keyOf(line), line]),
  );
  const fresh: Line[] = [];
  const contradicting: Faulty[] = [];
  let repeated = 0;
  for (const item of lines) {
    const { reference, amount } = item.read;
    const other = before.get(keyOf(item.read));
    if (!other) {
      before.set(keyOf(item.read), { reference, amount, settlementId, line: item.line });
      fresh.push(item);
    } else if (other.reference === reference && other.amount === amount) repeated += 1;
    else {
      const where = `${other.settlementId}:${other.line}`;
      const message = `giao dịch đã có ở tệp:dòng ${where} với nội dung khác / the transaction stands at file:line ${where} with other content`;
      contradicting.push({ line: item.line, faults: [{ path: 'transaction', message }] });
    }
  }
  return { fresh, repeated, contradicting };
}
