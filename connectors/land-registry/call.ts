/** @module One call of VBDLIS: with a token where the installation has one, its reply read, its refusal told apart. */
import type { z } from 'zod';
import { parseAnswer } from '../../src/connector/answer.ts';
import type { ConnectorContext } from '../../src/connector/define.ts';
import { UpstreamError } from '../../src/connector/upstream-error.ts';
import { type Reply, reply } from './province-wire.ts';
import type { Settings } from './settings.ts';

export type Context = Pick<ConnectorContext<Settings>, 'settings' | 'upstream' | 'credentials'>;

export interface Asked {
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly signal?: AbortSignal;
  readonly isProbe?: boolean;
  readonly repeat?: 'harmless';
}

/** Codes of a refusal that says that there is no such thing (assumed, as the simulator has it). */
const NOT_FOUND: ReadonlySet<string> = new Set(['KHONG_TIM_THAY', '404']);

/** The reply to a call that was done. @throws UpstreamError */
export async function call(context: Context, asked: Asked): Promise<Reply> {
  const read = await ask(context, asked);
  if (read.status.success) return read;
  throw new UpstreamError('rejected', {
    upstream: context.upstream.name,
    operation: asked.operation,
    outcome: 'not-done',
    words: read.status.message ?? read.status.code ?? 'said no',
  });
}

/** What a call answers, or null where there is no such thing. @throws UpstreamError */
export async function read<S extends z.ZodType>(
  context: Context,
  asked: Asked,
  schema: S,
): Promise<z.output<S> | null> {
  const answer = await ask(context, { repeat: 'harmless', ...asked });
  if (!answer.status.success && NOT_FOUND.has(answer.status.code ?? '')) return null;
  if (!answer.status.success)
    throw new UpstreamError('rejected', {
      upstream: context.upstream.name,
      operation: asked.operation,
      outcome: 'not-done',
      words: answer.status.message ?? answer.status.code ?? 'said no',
    });
  return parseAnswer(schema, answer.data, { upstream: context.upstream.name, operation: asked.operation });
}

async function ask({ settings, upstream, credentials }: Context, asked: Asked): Promise<Reply> {
  const send = (headers: Readonly<Record<string, string>>): Promise<unknown> => upstream.json({ ...asked, headers });
  const answer =
    settings.OAUTH_PATH === ''
      ? await send({})
      : await credentials.withToken((token) => send({ authorization: `Bearer ${token}` }));
  return parseAnswer(reply, answer, { upstream: upstream.name, operation: asked.operation });
}
