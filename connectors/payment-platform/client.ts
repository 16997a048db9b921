/** @module Calls of the payment platform: each message with its checksum, each answer believed only with its own. */
import type {
  PaymentProvider,
  PaymentReport,
  PaymentRequest,
  RefundReport,
  RefundRequest,
} from '../../src/capabilities/payments.ts';
import { parseAnswer } from '../../src/connector/answer.ts';
import type { ConnectorContext } from '../../src/connector/define.ts';
import { UpstreamError, type UpstreamErrorFacts, type UpstreamFailure } from '../../src/connector/upstream-error.ts';
import { checksumOf, isProven } from './checksum.ts';
import { absent, statusOf, toInit, toQuestion, toRefund, toRefundReport, toReport } from './mapping.ts';
import type { Settings } from './settings.ts';
import { readSettlement } from './settlement.ts';
import * as wire from './wire.ts';

/** Asked about by the health call: no payment has such a reference. */
const NOBODYS = 'LIENTHONG-PROBE';

type Asked = Pick<PaymentRequest, 'reference' | 'askedAt'>;
interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly isProbe?: boolean;
}

export class PlatformClient implements PaymentProvider {
  readonly name: string;
  readonly paidVia: PaymentProvider['paidVia'];
  readonly readSettlement = readSettlement;
  readonly #context: Pick<ConnectorContext<Settings>, 'settings' | 'upstream' | 'now'>;

  constructor(context: Pick<ConnectorContext<Settings>, 'settings' | 'upstream' | 'now'>) {
    this.#context = context;
    this.name = context.upstream.name;
    this.paidVia = context.settings.COUNTS_AS;
  }

  async create(request: PaymentRequest, signal?: AbortSignal): Promise<{ pageUrl: string }> {
    const answer = await this.#send('INIT', toInit(request, this.#context.settings), { signal });
    const { error_code, message } = this.#parse('INIT', wire.initReply, answer);
    if (!wire.DONE.has(error_code)) throw this.#refusal('INIT', error_code, message);
    let page: unknown;
    try {
      page = JSON.parse(message);
    } catch (cause) {
      throw this.#failure('INIT', 'contract', {
        outcome: 'unknown',
        path: '$.message',
        words: 'answered no JSON in $.message',
        cause,
      });
    }
    return { pageUrl: this.#parse('INIT', wire.initPage, page).UrlThanhToan };
  }

  query(asked: Asked, signal?: AbortSignal): Promise<PaymentReport> {
    return this.#query(asked, { signal });
  }

  async bill(asked: Asked, signal?: AbortSignal): Promise<string | null> {
    const answer = await this.#send('GET_BILL', toQuestion('GET_BILL', asked, this.#context.settings), { signal });
    const { MaLoi, MoTaLoi, UrlBienLai } = this.#parse('GET_BILL', wire.billReply, answer);
    const { NO_BILL_CODES, ABSENT_CODES } = this.#context.settings;
    if (NO_BILL_CODES.includes(MaLoi) || ABSENT_CODES.includes(MaLoi)) return null;
    if (!wire.DONE.has(MaLoi)) throw this.#refusal('GET_BILL', MaLoi, MoTaLoi);
    return UrlBienLai === '' ? null : UrlBienLai;
  }

  async refund(request: RefundRequest, signal?: AbortSignal): Promise<RefundReport> {
    const answer = await this.#send('REFUND', toRefund(request, this.#context.settings), { signal });
    return this.#refundReport('REFUND', request.reference, answer);
  }

  async queryRefund(asked: Asked, signal?: AbortSignal): Promise<RefundReport> {
    const answer = await this.#send('QUERY', toQuestion('QUERY', asked, this.#context.settings), { signal });
    return this.#refundReport('QUERY', asked.reference, answer);
  }

  /** That it knows no payment of nobody's reference shows that address, account and secret are right. */
  async probe(): Promise<void> {
    await this.#query({ reference: NOBODYS, askedAt: this.#context.now() }, { isProbe: true });
  }

  async #query(asked: Asked, options: CallOptions): Promise<PaymentReport> {
    const answer = await this.#send('QUERY', toQuestion('QUERY', asked, this.#context.settings), options);
    const told = this.#believed('QUERY', asked.reference, answer);
    return told === null ? absent(asked.reference) : toReport(told, this.#statusOf('QUERY', told));
  }

  #refundReport(operation: wire.MessageKind, reference: string, answer: unknown): RefundReport {
    const told = this.#believed(operation, reference, answer);
    if (told === null) return { reference, status: 'absent', transactionId: null, at: null, words: null };
    return toRefundReport(told, this.#statusOf(operation, told));
  }

  /** A write is never sent twice by itself; its outcome is asked about. */
  #send(operation: wire.MessageKind, message: object, { signal, isProbe }: CallOptions): Promise<unknown> {
    const { settings, upstream } = this.#context;
    const MaXacThuc = checksumOf(wire.CHECKED[operation], message as Record<string, unknown>, settings.SECRET);
    return upstream.json({
      operation,
      method: 'POST',
      path: {
        INIT: settings.INIT_PATH,
        QUERY: settings.QUERY_PATH,
        GET_BILL: settings.BILL_PATH,
        REFUND: settings.REFUND_PATH,
      }[operation],
      json: { ...message, MaXacThuc },
      repeat: operation === 'QUERY' || operation === 'GET_BILL' ? 'harmless' : 'never',
      ...(signal && { signal }),
      ...(isProbe && { isProbe }),
    });
  }

  /** The transaction that an answer tells of, its checksum right and the one asked about; null where the platform knows none. */
  #believed(operation: wire.MessageKind, reference: string, answer: unknown): wire.Transaction | null {
    const { settings } = this.#context;
    const { MaLoi, MoTaLoi } = this.#parse(operation, wire.refusal, answer);
    const isAbsent = settings.ABSENT_CODES.includes(MaLoi);
    if (!wire.DONE.has(MaLoi) && !isAbsent) throw this.#refusal(operation, MaLoi, MoTaLoi);
    const told = this.#parse(operation, wire.transaction, answer);
    const secrets = [settings.SECRET, ...(settings.SECRET_PREVIOUS ? [settings.SECRET_PREVIOUS] : [])];
    if (!isProven(wire.CHECKED.transaction, answer as Record<string, unknown>, secrets))
      throw this.#failure(operation, 'contract', {
        outcome: 'unknown',
        path: '$.MaXacThuc',
        words: 'answered with a wrong checksum',
      });
    if (told.MaThamChieu !== reference)
      throw this.#failure(operation, 'contract', {
        outcome: 'unknown',
        path: '$.MaThamChieu',
        words: 'answered about another payment than it was asked about',
      });
    return isAbsent ? null : told;
  }

  #statusOf(operation: wire.MessageKind, { TrangThaiGD }: wire.Transaction) {
    const status = statusOf(TrangThaiGD);
    if (status !== null && status !== 'absent') return status;
    throw this.#failure(operation, 'contract', {
      outcome: 'unknown',
      path: '$.TrangThaiGD',
      words: `answered the status "${TrangThaiGD.slice(0, 20)}", which stands in no table`,
    });
  }

  #refusal(operation: wire.MessageKind, code: string, words: string): UpstreamError {
    const isProof = this.#context.settings.PROOF_CODES.includes(code);
    return this.#failure(operation, isProof ? 'auth' : 'rejected', {
      outcome: 'not-done',
      words: `${code}: ${words.slice(0, 300)}`,
    });
  }

  #parse<S extends Parameters<typeof parseAnswer>[0]>(operation: wire.MessageKind, schema: S, answer: unknown) {
    return parseAnswer(schema, answer, { upstream: this.name, operation });
  }

  #failure(
    operation: wire.MessageKind,
    kind: UpstreamFailure,
    facts: Omit<UpstreamErrorFacts, 'upstream' | 'operation'>,
  ): UpstreamError {
    return new UpstreamError(kind, { upstream: this.name, operation, ...facts });
  }
}
