/** @module The payments' domain over a database of its own, with a platform that answers as it is told. */
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import { sealWith } from '../../src/access/seal.ts';
import type { PaymentProvider, PaymentReport, RefundReport, SettlementItem } from '../../src/capabilities/payments.ts';
import { UpstreamError, type UpstreamFailure } from '../../src/connector/upstream-error.ts';
import { findDossier } from '../../src/dossiers/read-store.ts';
import { createLog } from '../../src/log.ts';
import type { PaymentsDeps } from '../../src/payments/deps.ts';
import { requestPayment } from '../../src/payments/request.ts';
import { findPayment, type PaymentRecord, readEvents } from '../../src/payments/store.ts';
import { MINUTE, SECOND } from '../../src/units.ts';
import { registration } from '../support/commands.ts';
import { openTimeline, type Timeline } from '../support/timeline.ts';

export const NAME = 'payment-platform';
export const CODE = 'H15.50-260310-0001';
export const PAYER = { name: 'Nguyễn Thị Khuyết Danh', personalId: '066190001234' };
export const FEES = [{ code: 'LP01', name: 'Lệ phí', kind: 'charge' as const, amount: 50_000 }];

/** What the platform was asked, and what it answers: a value, or a failure that is thrown. */
export interface Platform {
  readonly asked: string[];
  create: () => string | UpstreamError;
  query: () => Partial<PaymentReport> | UpstreamError;
  bill: () => string | null;
  refund: () => RefundReport['status'] | UpstreamError;
  queryRefund: () => RefundReport['status'] | UpstreamError;
}

export const failing = (kind: UpstreamFailure, outcome: 'not-done' | 'unknown', words = ''): UpstreamError =>
  new UpstreamError(kind, { upstream: NAME, operation: 'x', outcome, words });

function providerOf(platform: Platform): PaymentProvider {
  const told = <T>(what: string, answer: T | UpstreamError): T => {
    platform.asked.push(what);
    if (answer instanceof UpstreamError) throw answer;
    return answer;
  };
  const refundReport = (reference: string, status: RefundReport['status']): RefundReport => ({
    reference,
    status,
    transactionId: null,
    at: null,
    words: null,
  });
  return {
    name: NAME,
    paidVia: 'portal',
    create: async ({ reference }) => ({ pageUrl: told(`create ${reference}`, platform.create()) }),
    query: async ({ reference }) => ({
      reference,
      status: 'waiting',
      transactionId: null,
      amount: null,
      bankCode: null,
      at: null,
      words: null,
      ...told(`query ${reference}`, platform.query()),
    }),
    bill: async () => platform.bill(),
    refund: async ({ reference }) => refundReport(reference, told(`refund ${reference}`, platform.refund())),
    queryRefund: async ({ reference }) =>
      refundReport(reference, told(`queryRefund ${reference}`, platform.queryRefund())),
    async *readSettlement(file) {
      for await (const bytes of file)
        for (const line of Buffer.from(bytes).toString().split('\n').filter(Boolean))
          yield JSON.parse(line) as SettlementItem;
    },
  };
}

export interface Desk {
  readonly timeline: Timeline;
  readonly deps: PaymentsDeps;
  readonly platform: Platform;
  readonly logLines: string[];
  /** What every clock shows. */
  now: number;
  /** Asks for a payment of the dossier as an iGate would; the same act for the same id. */
  ask(
    actId?: string,
    fees?: readonly { code: string; name: string; kind: 'charge'; amount: number }[],
  ): Promise<PaymentRecord>;
  read(id: string): Promise<PaymentRecord>;
  /** What has happened to it. */
  history(id: string): Promise<string[]>;
}

let timelineOfFile: Timeline | undefined;
const clock = { now: 0 };
afterAll(() => timelineOfFile?.close());

/** One registered dossier and no payment, in the database of the test file. */
export async function openDesk(): Promise<Desk> {
  const logLines: string[] = [];
  clock.now = Date.parse('2026-03-11T09:00:00+07:00');
  timelineOfFile ??= await openTimeline(() => clock.now);
  const timeline = timelineOfFile;
  await timeline.empty(
    'payment',
    'payment_refund',
    'payment_event',
    'settlement',
    'settlement_line',
    'settlement_fault',
  );
  await timeline.append(registration(CODE));
  const platform: Platform = {
    asked: [],
    create: () => 'https://pay.example.vn/page',
    query: () => ({}),
    bill: () => 'https://bill.example.vn/1',
    refund: () => 'refunded',
    queryRefund: () => 'waiting',
  };
  const deps: PaymentsDeps = {
    pool: timeline.pool,
    seal: sealWith(randomBytes(32).toString('base64')),
    catalogue: () => timeline.catalogue,
    appender: timeline.appender(),
    providers: new Map([[NAME, providerOf(platform)]]),
    accountOf: () => ({ number: '9990000000001', bankCode: 'BIDV', holder: 'Trung tâm' }),
    portal: null,
    settings: { pageMs: 30 * MINUTE, askAfterMs: 30 * SECOND },
    log: createLog({ level: 'trace', destination: { write: (line) => logLines.push(line) } }),
    now: () => clock.now,
  };
  return {
    get now() {
      return clock.now;
    },
    set now(now) {
      clock.now = now;
    },
    timeline,
    deps,
    platform,
    logLines,
    async ask(actId: string = randomUUID(), fees: readonly (typeof FEES)[number][] = FEES) {
      return requestPayment(deps, {
        actId,
        clientId: 'igate',
        provider: NAME,
        dossier: (await findDossier(timeline.pool, CODE))!,
        input: { dossierCode: CODE, fees: [...fees], payer: PAYER },
        remoteAddress: '203.0.113.7',
        signal: AbortSignal.timeout(10_000),
      });
    },
    read: async (id: string) => (await findPayment(timeline.pool, id))!,
    history: async (id: string) => (await readEvents(timeline.pool, id)).map(({ kind }) => kind),
  };
}

export const notice = (reference: string, more: Partial<PaymentReport> = {}): PaymentReport => ({
  reference,
  status: 'paid',
  transactionId: 'PP1',
  amount: 50_000,
  bankCode: 'BIDV',
  at: null,
  words: null,
  ...more,
});

export const raw = { system: NAME, operation: 'push', traceId: 'trace', body: Buffer.from('{}') };

/** A settlement file of these items, one a line. */
export async function* fileOf(...items: SettlementItem[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(items.map((item) => JSON.stringify(item)).join('\n'));
}

export const settledLine = (
  line: number,
  reference: string,
  more: Partial<Extract<SettlementItem, { is: 'line' }>['read']> = {},
) =>
  ({
    line,
    is: 'line',
    read: {
      kind: 'payment',
      reference,
      transactionId: 'PP1',
      amount: 50_000,
      bankCode: 'BIDV',
      agencyCode: 'H15.50',
      at: Date.parse('2026-03-11T09:01:00+07:00'),
      settledOn: '2026-03-11',
      ...more,
    },
  }) satisfies SettlementItem;
