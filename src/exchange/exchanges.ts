/** @module Handing dossiers to ministries' systems and what is done with them there: intents first, one at a time, each outcome known before the next. */
import type pg from 'pg';
import type {
  ActDetails,
  Content,
  ContentKind,
  ExchangeAct,
  ExchangeProvider,
  HandedDossier,
  Paper,
} from '../capabilities/exchange.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import { gatewayErrorOf } from '../connector/upstream-problem.ts';
import { permittedDossier } from '../dossiers/permitted.ts';
import type { DossierRecord } from '../dossiers/read-store.ts';
import { fail, GatewayError } from '../errors.ts';
import type { Caller } from '../http/auth.ts';
import type { Acts, Providers } from './acts.ts';
import * as store from './store.ts';

export interface ExchangesOptions {
  readonly pool: pg.Pool;
  readonly acts: Acts;
  readonly providers: Providers;
  readonly catalogue: () => Catalogue;
}

/** A dossier to hand over, as its caller sends it. */
export interface Handing {
  readonly provider: string | null;
  readonly dossierCode: string;
  readonly content: Content;
  readonly papers: readonly Paper[];
}

/** Who asks, and when. */
export interface Asker {
  readonly caller: Caller;
  readonly now: number;
}

export class Exchanges {
  readonly #options: ExchangesOptions;

  constructor(options: ExchangesOptions) {
    this.#options = options;
  }

  /**
   * Hands a dossier over. A repeat of the call goes on with what its first run began.
   * @param actId the same for every repeat
   * @throws UpstreamError when it was certainly not handed over; where nobody knows, the exchange is `unknown`
   */
  async submit(handing: Handing, who: Asker, actId: string): Promise<store.ExchangeRow> {
    const begun = await store.findAct(this.#options.pool, actId);
    if (begun) return this.#goOn(begun);
    const dossier = await this.#dossier(handing.dossierCode, who);
    const provider = this.#providerFor(handing.provider, handing.content.kind);
    return this.#begin(
      'submit',
      actId,
      (client) => this.#open(client, provider.name, dossier, handing),
      (now) => ({ at: now }),
    );
  }

  /** Does one of the later acts with a dossier that a system has. */
  async act<A extends Exclude<ExchangeAct, 'submit'>>(
    exchangeId: string,
    act: A,
    actId: string,
    details: (now: number) => ActDetails[A],
    content?: Content | undefined,
  ): Promise<store.ExchangeRow> {
    const begun = await store.findAct(this.#options.pool, actId);
    if (begun) return this.#goOn(begun);
    return this.#begin(
      act,
      actId,
      async (client) => {
        const exchange = (await store.lockExchange(client, exchangeId)) ?? notFound(exchangeId);
        if (!this.#options.acts.provider(exchange.provider).acts[act])
          fail('act-not-offered', { upstream: exchange.provider });
        if (exchange.number === null || exchange.state === 'withdrawn') notWith(exchange);
        if (content === undefined) return exchange;
        if (content.kind !== exchange.kind) otherKind(exchange);
        const { acts } = this.#options;
        const submission = acts.sealSubmission(exchange.id, { ...acts.submission(exchange), content });
        await store.correctContent(client, exchange.id, submission);
        return { ...exchange, submission };
      },
      details,
    );
  }

  /** An exchange of a dossier that the caller may touch. */
  async find(id: string, who: Asker): Promise<{ exchange: store.ExchangeRow; dossier: DossierRecord }> {
    const exchange = (await store.findExchange(this.#options.pool, id)) ?? notFound(id);
    return { exchange, dossier: await this.#dossier(exchange.dossierCode, who) };
  }

  #dossier(code: string, { caller, now }: Asker): Promise<DossierRecord> {
    return permittedDossier(this.#options.pool, this.#options.catalogue(), code, caller, now);
  }

  /** The chosen provider, or the first one that takes such dossiers. */
  #providerFor(wanted: string | null, kind: ContentKind): ExchangeProvider {
    const { providers, acts } = this.#options;
    const chosen =
      wanted === null ? [...providers.values()].find(({ takes }) => takes.includes(kind)) : acts.provider(wanted);
    if (chosen?.takes.includes(kind)) return chosen;
    if (wanted === null)
      fail('provider-not-configured', {
        detail: `No configured system takes ${kind}`,
        detailVi: `Chưa kết nối hệ thống nào nhận hồ sơ loại ${kind}`,
      });
    const message = `${wanted} không nhận loại hồ sơ này / takes no such dossier`;
    return fail('validation', { violations: [{ path: '$.content.kind', message }] });
  }

  /** Commits the intent, then does it. */
  async #begin<A extends ExchangeAct>(
    act: A,
    actId: string,
    open: (client: pg.PoolClient) => Promise<store.ExchangeRow>,
    details: (now: number) => ActDetails[A],
  ): Promise<store.ExchangeRow> {
    const { pool, acts } = this.#options;
    const lease = acts.lease();
    const exchange = await inTransaction(pool, async (client) => {
      const exchange = await open(client);
      const sealed = acts.sealDetails(actId, details(lease.now));
      const row = { id: actId, exchangeId: exchange.id, act, details: sealed };
      if (!(await store.insertAct(client, row, lease))) underWay(exchange);
      return exchange;
    });
    return this.#send(exchange, (await store.findAct(pool, actId))!, lease.token);
  }

  /** A repeat of a call: what its first run began is finished, or its outcome told. */
  async #goOn(act: store.ActRow): Promise<store.ExchangeRow> {
    const { pool, acts } = this.#options;
    const exchange = (await store.findExchange(pool, act.exchangeId))!;
    if (act.state !== 'not-sent' && act.state !== 'refused') return exchange;
    const lease = acts.lease();
    if (!(await store.sendAgain(pool, act, lease))) underWay(exchange);
    return this.#send(exchange, act, lease.token);
  }

  async #send(exchange: store.ExchangeRow, act: store.ActRow, token: string): Promise<store.ExchangeRow> {
    try {
      await this.#options.acts.send(exchange, act, token);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      const { code, facts } = gatewayErrorOf(error);
      throw new GatewayError(code, { ...facts, extra: { ...facts.extra, exchange: exchange.id } });
    }
    return (await store.findExchange(this.#options.pool, exchange.id))!;
  }

  /** The exchange that the submission belongs to: one at a time for each dossier and provider. */
  async #open(
    client: pg.PoolClient,
    provider: string,
    dossier: DossierRecord,
    handing: Handing,
  ): Promise<store.ExchangeRow> {
    const { acts } = this.#options;
    const handed = this.#handed(dossier);
    const submission = { dossier: handed, content: handing.content, papers: handing.papers };
    const { code: dossierCode } = handed;
    const { kind } = handing.content;
    const { now } = acts.lease();
    const known = await store.lockOpen(client, provider, dossierCode);
    if (known) {
      if (known.state !== 'refused' && known.state !== 'not-sent') underWay(known);
      const sealed = acts.sealSubmission(known.id, submission);
      await store.replaceSubmission(client, known.id, { kind, submission: sealed }, now);
      return { ...known, kind, submission: sealed };
    }
    const earlier = await store.countExchanges(client, provider, dossierCode);
    const id = `${dossierCode}~${provider}${earlier === 0 ? '' : `~${earlier + 1}`}`;
    const sealed = acts.sealSubmission(id, submission);
    const row = { id, provider, dossierId: dossier.id, dossierCode, kind, submission: sealed };
    if (!(await store.insertExchange(client, row, now))) fail('conflict', { extra: { exchange: id } });
    return (await store.lockExchange(client, id))!;
  }

  #handed(record: DossierRecord): HandedDossier {
    const { code, procedureCode, receivedAt, appointmentAt, fields, incomplete } = record;
    if (code === null || procedureCode === null || receivedAt === null || incomplete)
      fail('conflict', {
        detail: 'The dossier has not been received yet: what was not taken in is not handed on.',
        detailVi: 'Hồ sơ chưa được tiếp nhận nên chưa chuyển đi.',
      });
    const procedure = this.#options.catalogue().procedureAt(procedureCode, receivedAt);
    return { code, procedureCode, procedureName: procedure?.name ?? procedureCode, fields, receivedAt, appointmentAt };
  }
}

const notFound = (id: string): never =>
  fail('not-found', { detail: `No exchange ${id}`, detailVi: `Không có lượt trao đổi ${id}` });

const notWith = ({ id, state }: store.ExchangeRow): never =>
  fail('conflict', {
    detail: `The system does not have this dossier: the exchange is ${state}.`,
    detailVi: `Hệ thống nhận chưa có hoặc không còn hồ sơ này: trạng thái trao đổi là ${state}.`,
    extra: { exchange: id, state },
  });

/** What was corrected is the same act: its system would not know what to do with another's papers. */
const otherKind = ({ kind }: store.ExchangeRow): never =>
  fail('validation', {
    violations: [{ path: '$.content.kind', message: `phải vẫn là ${kind} / must still be ${kind}` }],
  });

const underWay = ({ id, state }: store.ExchangeRow): never =>
  fail('conflict', {
    detail: `An earlier act of the exchange comes first: its state is ${state}.`,
    detailVi: `Thao tác trước của lượt trao đổi này phải xong trước: trạng thái là ${state}.`,
    extra: { exchange: id, state },
  });

async function inTransaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}
