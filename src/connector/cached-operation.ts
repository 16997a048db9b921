/** @module A declared operation whose answers may be given again: what its route takes and answers beside the declaration. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { rfc3339 } from '../http/answer.ts';
import type { Call } from '../http/route.ts';
import { yesOrNo } from '../http/yes-or-no.ts';
import type { SharedStore } from '../shared/store.ts';
import { SECOND } from '../units.ts';
import { cacheStatus, throughCache, wantedOf } from './answer-cache.ts';
import type { Operation } from './operation.ts';

/** How old an answer is, beside it. */
const AGE = {
  asOf: z.string().meta({ description: 'When the system gave this answer; `Age` has the seconds since' }),
  stale: z.boolean().meta({ description: 'It is older than it should be: the system fails, and the caller takes it' }),
};

/** The answer's shape, with its age where it may be given again. */
export function outputOf({ id, output, cache }: Operation): z.ZodObject {
  if (!cache) return output;
  const taken = Object.keys(AGE).find((name) => name in output.shape);
  if (taken) throw new Error(`${id}: a cached answer tells its age in ${taken}, which the operation answers itself`);
  return z.object({ ...output.shape, ...AGE });
}

/** `allowStale`, where an older answer may be given. */
export function staleQuery({ cache }: Operation): z.ZodRawShape {
  if (!cache?.staleSeconds) return {};
  const description = `While the system fails, take an answer up to ${cache.seconds + cache.staleSeconds} seconds old; \`Cache-Control: max-stale\` asks for the same.`;
  return { allowStale: yesOrNo.optional().meta({ description }) };
}

export interface CachedCall {
  readonly store: SharedStore;
  readonly now: () => number;
  readonly provider: string;
  readonly operation: Operation;
  readonly input: object;
  readonly call: Call;
  readonly allowStale: boolean | undefined;
  run(): Promise<unknown>;
}

/** The answer with its age: kept, or what `run` comes to. */
export async function fromCache(cached: CachedCall): Promise<z.output<z.ZodObject>> {
  const { store, now, provider, operation, input, call, allowStale, run } = cached;
  const rule = operation.cache!;
  // What is asked may be long or say too much for a name.
  const digest = createHash('sha256').update(rule.key(input)).digest('base64url');
  const key = `answer of ${provider} to ${operation.id}: ${digest}`;
  const wanted = wantedOf(allowStale === true, call.rawHeaders['cache-control']);
  const { answer, at, from } = await throughCache({ store, now, key, rule, wanted }, run);
  const age = Math.max(0, Math.floor((now() - at) / SECOND));
  call.header('age', String(age));
  call.header('cache-status', cacheStatus(from, age, rule));
  if (from !== 'upstream') call.audited({ details: { from } });
  return { ...(answer as object), asOf: rfc3339(at), stale: from === 'stale' };
}
