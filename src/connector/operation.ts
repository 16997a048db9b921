/** @module One call that a connector offers and that is answered at once, declared in our vocabulary; its route and all beside it derive from it. */
import type { z } from 'zod';
import type { Capability } from '../capabilities/capability.ts';
import type { Bilingual, ErrorCode } from '../errors.ts';
import type { Act } from '../http/idempotency.ts';
import type { Language } from '../http/language.ts';
import type { Access, Route } from '../http/route.ts';
import type { ConnectorContext } from './define.ts';

export { fail } from '../errors.ts';
export type { Access } from '../http/route.ts';

/** What an operation is given beside what every part of a connector is. */
export interface OperationContext<Settings> extends ConnectorContext<Settings> {
  /** Aborts when the caller has gone or its deadline has passed; calls of `upstream` carry it by themselves. */
  readonly signal: AbortSignal;
  /** What a write does at most once: its id is the same for every repeat of the call. */
  readonly act: Act;
  /** Why, for which dossier and for which officer: upstreams that want it are told. */
  readonly access: Access;
  /** The language in which the caller reads. */
  readonly language: Language;
}

/** How long an answer may be given again. Only where the data allows it. */
export interface CacheRule<Input> {
  readonly seconds: number;
  /** For so much longer it may be given, with its age, to a caller that allows it while the upstream fails. */
  readonly staleSeconds?: number;
  /** What makes two calls the same; kept as a hash. */
  key(input: Input): string;
}

interface Declaration<Input> {
  /** The operation's id in the OpenAPI document, the audit and the metrics. */
  readonly id: string;
  readonly capability: Capability;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Under `/v1`, with parameters as `:name`; no personal data in it. */
  readonly path: string;
  readonly summary: Bilingual;
  readonly description?: Bilingual;
  /** `<capability>.<operation>` */
  readonly scope: string;
  /** A read may be repeated without harm, and is when the upstream failed; a write asks for an `Idempotency-Key` instead. */
  readonly effect: 'read' | 'write';
  /**
   * Each call is audited, and must name its purpose, dossier and officer. `answered`: what is asked names no person, such
   * as the code of an enterprise, and may stand in an address.
   */
  readonly personalData: boolean | 'answered';
  /** Whose data it is, for the audit (kept as a keyed hash). */
  subject?(input: Input): string | null;
  readonly cache?: CacheRule<Input>;
  /** What one attempt may take; the connector's unless told. */
  readonly timeoutMs?: number;
  /** A request that works as it stands against the simulator. */
  readonly example: NonNullable<Route['example']>;
  /** Errors of its own, beside those of every call of an upstream. */
  readonly errors: readonly ErrorCode[];
}

/** An operation with the types of its input erased, as the registry holds it. */
export interface Operation<Settings = Readonly<Record<string, unknown>>> extends Declaration<object> {
  readonly params?: z.ZodObject | undefined;
  readonly query?: z.ZodObject | undefined;
  readonly input?: z.ZodObject | undefined;
  readonly output: z.ZodObject;
  readonly run: (context: OperationContext<Settings>, input: object) => Promise<unknown>;
}

type Part<T> = T extends z.ZodType ? z.output<T> : unknown;
/** Path, query and body in one object: a name stands in one of them only. */
type Input<P, Q, I> = Part<P> & Part<Q> & Part<I>;

/** An operation as it is declared, with the types of its call. */
export interface OperationDeclaration<
  Settings,
  P extends z.ZodObject | undefined,
  Q extends z.ZodObject | undefined,
  I extends z.ZodObject | undefined,
  O extends z.ZodObject,
> extends Declaration<Input<P, Q, I>> {
  readonly params?: P;
  readonly query?: Q;
  /** The body: `z.strictObject`, and all personal data here. */
  readonly input?: I;
  readonly output: O;
  readonly run: (context: OperationContext<Settings>, input: Input<P, Q, I>) => Promise<z.output<O>>;
}

/** Declares an operation. Its settings' type comes from the annotation of `run`'s context. */
export function defineOperation<
  Settings,
  O extends z.ZodObject,
  P extends z.ZodObject | undefined = undefined,
  Q extends z.ZodObject | undefined = undefined,
  I extends z.ZodObject | undefined = undefined,
>(declaration: OperationDeclaration<Settings, P, Q, I, O>): Operation<Settings> {
  return declaration as unknown as Operation<Settings>;
}
