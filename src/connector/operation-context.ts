/** @module What a declared operation is given for one call, whether a route or a part of our own asks: a client that carries the deadline and repeats reads. */
import type { Connection } from './connections.ts';
import type { Client } from './define.ts';
import type { Operation, OperationContext } from './operation.ts';

type Settings = Readonly<Record<string, unknown>>;

/** For whom and how long. */
export type Asking = Pick<OperationContext<Settings>, 'signal' | 'act' | 'access' | 'language'>;

export function operationContext(
  { context }: Connection,
  { id, effect, timeoutMs }: Operation,
  asking: Asking,
): OperationContext<Settings> {
  const { upstream } = context;
  const bound = {
    signal: asking.signal,
    door: id,
    repeat: effect === 'read' ? 'harmless' : 'never',
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  } as const;
  const client: Client = {
    name: upstream.name,
    json: (made) => upstream.json({ ...bound, ...made }),
    text: (made) => upstream.text({ ...bound, ...made }),
  };
  return { ...context, upstream: client, ...asking };
}
