/** @module One call as a handler sees it; what is dear (signal, logger, access) is made only when asked for. */
import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allowUntil } from '../connector/allowed-until.ts';
import { GatewayError, type Violation } from '../errors.ts';
import type { Log } from '../log.ts';
import { SECOND } from '../units.ts';
import type { Caller } from './auth.ts';
import type { Act } from './idempotency.ts';
import type { Access, AuditFacts, Call, Route } from './route.ts';
import { traceparentOf } from './trace.ts';

const DEFAULT_TIMEOUT_SECONDS = 30;
const LONGEST_TIMEOUT_SECONDS = 600;
const DEFAULT_PURPOSE = 'dossier-processing';
/** A code of the catalogue of purposes. */
export const PURPOSE = /^[a-z][a-z0-9-]{0,63}$/;

/** The call of a request that passed every check. */
export class RequestCall implements Call {
  auditFacts: AuditFacts = {};
  readonly now: number;
  readonly access: Access;
  readonly #route: Route;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  /** Milliseconds that the caller allows; null when it did not say. */
  readonly allowed: number | null;
  /** The status and the headers that the handler set: the answer may have gone without them, its deadline passed. */
  ownStatus: number | null = null;
  readonly ownHeaders: Record<string, string> = {};
  #act: Act | undefined;
  #signal: AbortSignal | undefined;
  #log: Log | undefined;

  constructor(
    route: Route,
    request: FastifyRequest,
    reply: FastifyReply,
    now: number,
    knowsPurpose: (code: string, at: number) => boolean,
  ) {
    this.#route = route;
    this.#request = request;
    this.#reply = reply;
    this.now = now;
    this.allowed = allowedMilliseconds(request.headers['request-timeout']);
    this.access = route.audit === undefined && route.purpose === undefined ? NO_ACCESS : accessOf(route, request);
    const { purpose } = this.access;
    if (this.access !== NO_ACCESS && !knowsPurpose(purpose, now))
      throw new GatewayError('purpose-unknown', { extra: { purpose } });
  }

  get params(): unknown {
    return this.#request.params;
  }
  get query(): unknown {
    return this.#request.query;
  }
  get headers(): unknown {
    return this.#request.headers;
  }
  get rawHeaders(): Call['rawHeaders'] {
    return this.#request.raw.headers;
  }
  get body(): unknown {
    return this.#request.body ?? (this.#route.rawBody === true ? Buffer.alloc(0) : undefined);
  }
  get caller(): Caller | null {
    return this.#request.caller;
  }
  get traceId(): string {
    return this.#request.trace.traceId;
  }
  get traceparent(): string {
    return traceparentOf(this.#request.trace);
  }
  get requestId(): string {
    return this.#request.id;
  }
  get url(): string {
    return this.#request.url;
  }
  get remoteAddress(): string {
    return this.#request.ip;
  }

  get act(): Act {
    this.#act ??= { id: randomUUID(), isRepeat: false };
    return this.#act;
  }
  set act(act: Act) {
    this.#act = act;
  }

  get log(): Log {
    this.#log ??= this.#request.server.gatewayLog.child({ traceId: this.traceId, operation: this.#route.id });
    return this.#log;
  }

  get signal(): AbortSignal {
    if (this.#signal === undefined) {
      const milliseconds = this.allowed ?? (this.#route.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * SECOND;
      this.#signal = allowUntil(this.#ending(milliseconds), this.now + milliseconds);
    }
    return this.#signal;
  }

  /**
   * Aborts when the time is over, or the connection ends before the answer is out. Fastify's own `request.signal` listens
   * to the request, which Node closes as soon as its body has been read; a composed signal costs as much as the lookup.
   */
  #ending(milliseconds: number): AbortSignal {
    const controller = new AbortController();
    const { raw } = this.#reply;
    const timer = setTimeout(
      () => controller.abort(new DOMException('the time allowed for the call has passed', 'TimeoutError')),
      milliseconds,
    );
    raw.once('close', () => {
      clearTimeout(timer);
      if (!raw.writableFinished) controller.abort();
    });
    return controller.signal;
  }

  // Bound, for handlers take what they need of a call by destructuring.
  readonly status = (code: number): void => {
    this.ownStatus = code;
    this.#reply.code(code);
  };

  readonly header = (name: string, value: string): void => {
    this.ownHeaders[name] = value;
    this.#reply.header(name, value);
  };

  readonly audited = (facts: AuditFacts): void => {
    const details = { ...this.auditFacts.details, ...facts.details };
    this.auditFacts = { ...this.auditFacts, ...facts, details };
  };
}

const NO_ACCESS: Access = { purpose: DEFAULT_PURPOSE, dossier: null, officer: null };

/** Milliseconds of a `Request-Timeout` header in seconds. */
function allowedMilliseconds(header: string | string[] | undefined): number | null {
  if (header === undefined) return null;
  const seconds = typeof header === 'string' && /^\d{1,6}(\.\d{1,3})?$/.test(header) ? Number(header) : 0;
  if (seconds > 0) return Math.min(seconds, LONGEST_TIMEOUT_SECONDS) * SECOND;
  const message = `Số giây lớn hơn 0, nhiều nhất ${LONGEST_TIMEOUT_SECONDS}. / Seconds above 0, at most ${LONGEST_TIMEOUT_SECONDS}.`;
  throw new GatewayError('invalid-parameters', { violations: [{ path: 'header.request-timeout', message }] });
}

/** Purpose, dossier and officer of a call that touches personal data; all three must be there where it is required. */
function accessOf(route: Route, request: FastifyRequest): Access {
  const purpose = textOf(request.headers['x-purpose']);
  const dossier = textOf(request.headers['x-dossier']);
  const officer = textOf(request.headers['x-officer']) ?? request.caller?.officer ?? null;
  const violations: Violation[] = [];
  if (purpose !== null && !PURPOSE.test(purpose)) violations.push({ path: 'header.x-purpose', message: 'a-z, 0-9, -' });
  if (violations.length > 0) throw new GatewayError('invalid-parameters', { violations });
  if (route.purpose === 'required') {
    const given = { 'x-purpose': purpose, 'x-dossier': dossier, 'x-officer': officer };
    for (const [name, value] of Object.entries(given)) {
      if (value === null) violations.push({ path: `header.${name}`, message: 'bắt buộc / required' });
    }
    if (violations.length > 0) throw new GatewayError('purpose-required', { violations });
  }
  const { code } = (request.params ?? {}) as { code?: unknown };
  return {
    purpose: purpose ?? DEFAULT_PURPOSE,
    dossier: dossier ?? (route.path.startsWith('/v1/dossiers/') && typeof code === 'string' ? code : null),
    officer,
  };
}

/** Why a caller may not ask for the purpose that it names, or for the usual one; what is malformed is refused later. */
export function refusalOfPurpose(
  { audit, purpose: rule }: Route,
  { headers, caller }: FastifyRequest,
): GatewayError | undefined {
  const granted = caller?.grants?.purposes;
  if (!granted || (audit === undefined && rule === undefined)) return undefined;
  const named = textOf(headers['x-purpose']);
  if (named === null && rule === 'required') return undefined;
  const purpose = named ?? DEFAULT_PURPOSE;
  return granted.has(purpose) ? undefined : new GatewayError('forbidden-purpose', { extra: { purpose } });
}

/** Reads the same as UTF-8 and as Latin-1. */
const ASCII = /^[ -~]*$/;

/** A header's text: Node reads bytes as Latin-1, people write UTF-8. */
function textOf(header: string | string[] | undefined): string | null {
  if (typeof header !== 'string') return null;
  const text = (ASCII.test(header) ? header : Buffer.from(header, 'latin1').toString('utf8')).trim();
  return text === '' ? null : text.slice(0, 500);
}
