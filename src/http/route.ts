/** @module Declares an operation of the HTTP surface once; its route, checks, documents and audit derive from it. */
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Bilingual, ErrorCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Caller } from './auth.ts';
import type { Act } from './idempotency.ts';

/** An answer that is no JSON: a file or a stream of one of these media types. */
export interface FileResponse {
  readonly mediaTypes: readonly string[];
}

/** An answer that is JSON of this shape, or a file where the caller asks for one of these media types. */
export interface JsonOrFileResponse extends FileResponse {
  readonly json: z.ZodType;
}

/** Declares JSON, and beside it a file for which the handler sets `content-type` and returns a Buffer, string or Readable. */
export function jsonOrFile<T extends z.ZodType>(json: T, ...mediaTypes: string[]): FileResponse & { readonly json: T } {
  return { json, mediaTypes };
}

/** The shape of the JSON that a declared answer has; undefined for what is only a file. */
export function jsonOf(response: z.ZodType | FileResponse | JsonOrFileResponse): z.ZodType | undefined {
  if (!isFile(response)) return response;
  return 'json' in response ? response.json : undefined;
}

/** Whether a declared answer is a file, or may be one. */
export function isFile(response: z.ZodType | FileResponse): response is FileResponse {
  return 'mediaTypes' in response;
}

/** What an operation may answer, by status. */
export type Responses = Readonly<Record<number, z.ZodType | FileResponse | JsonOrFileResponse>>;

/** Why personal data is touched, for which dossier, and which officer asks. */
export interface Access {
  readonly purpose: string;
  /** The dossier it is for, or the reason there is none. */
  readonly dossier: string | null;
  readonly officer: string | null;
}

/** What a handler may add to the audit entry of its call. */
export interface AuditFacts {
  /** What was read or changed, e.g. a personal number: kept only as a keyed hash. */
  readonly target?: string;
  /** The same of an answer about many. */
  readonly targets?: readonly string[];
  readonly dossier?: string;
  /** Who called, where the operation has a proof of its own instead of a token. */
  readonly client?: string;
  /** Anything else worth keeping; no personal data. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** One call of an operation, parsed and permitted. */
export interface Call<Params = unknown, Query = unknown, Headers = unknown, Body = unknown, Who = Caller | null> {
  readonly params: Params;
  readonly query: Query;
  readonly headers: Headers;
  /** The parsed body; with `rawBody` the bytes (or the stream) as they came. */
  readonly body: Body;
  /** Who calls; null only on public operations. */
  readonly caller: Who;
  readonly access: Access;
  readonly traceId: string;
  /** The trace with this gateway's span as the parent, to send on (W3C trace context). */
  readonly traceparent: string;
  /** The caller's `X-Request-Id`, else the trace id. */
  readonly requestId: string;
  /** When the call arrived, in epoch milliseconds. */
  readonly now: number;
  /** A logger that names the trace. */
  readonly log: Log;
  /** Aborts when the caller has gone or its `Request-Timeout` (else the operation's own) has passed. */
  readonly signal: AbortSignal;
  /** What this call does at most once: the same for every repeat with its `Idempotency-Key`, and of its own without one. */
  readonly act: Act;
  /** The path and query as called. */
  readonly url: string;
  readonly remoteAddress: string;
  /** All headers as they came, names in lower case; `headers` holds the declared ones. */
  readonly rawHeaders: Readonly<Record<string, string | string[] | undefined>>;
  /** Sets the status; without it the first declared 2xx is answered. */
  status(code: number): void;
  header(name: string, value: string): void;
  /** Adds facts to the audit entry of an operation that declares `audit`. */
  audited(facts: AuditFacts): void;
}

type Parsed<T> = T extends z.ZodType ? z.output<T> : undefined;
type BodyOf<B, Raw> = Raw extends true ? Buffer : Raw extends 'stream' ? Readable : Parsed<B>;
type Content = Buffer | string | Readable;
type AnswerOf<R> = {
  [S in keyof R]: R[S] extends z.ZodType
    ? z.output<R[S]>
    : R[S] extends { json: infer J extends z.ZodType }
      ? z.output<J> | Content
      : Content;
}[keyof R];

interface Declaration {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters as `:name`. */
  readonly path: string;
  /** The operation's id in the OpenAPI document, the audit and the metrics. */
  readonly id: string;
  readonly tag: string;
  readonly summary: Bilingual;
  readonly description?: Bilingual;
  /** The scope a caller needs, or `public`: no token is asked for. */
  readonly scope: string;
  /** Largest body in bytes; 1 MiB unless told. */
  readonly bodyLimit?: number;
  /** Seconds the work may take when the caller does not say; 30 unless told. */
  readonly timeoutSeconds?: number;
  /** Media types a raw body may have, for the document. */
  readonly consumes?: readonly string[];
  /** Errors of its own, beside those every operation may answer. */
  readonly errors: readonly ErrorCode[];
  /** A request that works as it stands. */
  readonly example?: {
    readonly params?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string | number | boolean>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  /** Writes an audit entry that is durable before the answer leaves. */
  readonly audit?: 'read' | 'write';
  /** `X-Purpose`, `X-Dossier` and `X-Officer` must be sent; without it they are optional where `audit` is declared. */
  readonly purpose?: 'required';
  /** Asks for an `Idempotency-Key`, which every write takes (`keyRule`). */
  readonly idempotency?: 'required';
  /** Leaves it out of the OpenAPI document. */
  readonly hidden?: true;
}

/** An operation as the pipeline sees it: declared types erased, the checks kept. */
export interface Route extends Declaration {
  readonly params?: z.ZodObject | undefined;
  readonly query?: z.ZodObject | undefined;
  readonly headers?: z.ZodObject | undefined;
  readonly body?: z.ZodType | undefined;
  readonly rawBody?: true | 'stream' | undefined;
  readonly response: Responses;
  // A method, not a property: each handler takes the call of its own types, which the pipeline has parsed.
  handler(call: Call): unknown;
}

/** Whether an operation takes an `Idempotency-Key`: every write of a client whose content can be compared and whose answer is JSON. */
export function keyRule(route: Route): 'required' | 'optional' | 'none' {
  const isPossible =
    route.scope !== 'public' && route.rawBody !== 'stream' && !Object.values(route.response).some(isFile);
  if (route.idempotency === 'required' && !isPossible)
    throw new Error(`${route.id}: an idempotency key needs a client, a body to compare and an answer of JSON`);
  if (route.idempotency === 'required') return 'required';
  return isPossible && route.audit === 'write' ? 'optional' : 'none';
}

/** An operation as it is declared, with the types of its call. */
export interface RouteDeclaration<
  P extends z.ZodObject | undefined,
  Q extends z.ZodObject | undefined,
  H extends z.ZodObject | undefined,
  B extends z.ZodType | undefined,
  Raw extends true | 'stream' | undefined,
  R extends Responses,
  S extends string,
> extends Declaration {
  readonly params?: P;
  readonly query?: Q;
  /** Header names in lower case; other headers are let pass. */
  readonly headers?: H;
  /** Objects must be strict (`z.strictObject`): an unknown member is a violation. */
  readonly body?: B;
  /** Hands over the bytes unparsed (`true`) or the stream, whatever the content type. */
  readonly rawBody?: Raw;
  readonly response: R;
  readonly scope: S;
  readonly handler: (
    call: Call<Parsed<P>, Parsed<Q>, Parsed<H>, BodyOf<B, Raw>, S extends 'public' ? null : Caller>,
  ) => AnswerOf<R> | Promise<AnswerOf<R>>;
}

/** Declares an operation; a plain value that `registerRoutes` mounts. */
export function defineRoute<
  const R extends Responses,
  const S extends string,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  H extends z.ZodObject | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  const Raw extends true | 'stream' | undefined = undefined,
>(declaration: RouteDeclaration<P, Q, H, B, Raw, R, S>): Route {
  return declaration as Route;
}
