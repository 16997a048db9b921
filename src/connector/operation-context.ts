/** @module What a declared operation is given for one call, whether a route or a part of our own asks: a client that carries the deadline and repeats reads. */
import type { Connection } from './connections.ts';
import type { Client } from './define.ts';
import type { Operation, OperationContext } from './operation.ts';

type Settings = Readonly<Record<string, unknown>>;

/** For whom and how long. */
export type Asking = Pick<OperationContext<Settings>, 'signal' | 'act' | 'access' | 'language'> & {
  /** The trace that its calls belong to. */
  readonly traceparent?: string;
};

export function operationContext(
  { context }: Connection,
  { id, effect, timeoutMs }: Operation,
  { traceparent, ...asking }: Asking,
): OperationContext<Settings> {
  const { upstream } = context;
  const bound = {
    signal: asking.signal,
    door: id,
    repeat: effect === 'read' ? 'harmless' : 'never',
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  } as const;
  const client: Client = {
    name: upstream.name,
    json: (made) => upstream.json({ ...bound, ...made }),
    text: (made) => upstream.text({ ...bound, ...made }),
  };
  return { ...context, upstream: client, ...asking };
}
