/** @module Nothing of an upstream's answer is believed before its shape is: where it differs, the error names upstream, operation and path. */
import type { z } from 'zod';
import { UpstreamError } from './upstream-error.ts';
import { pathOf } from './violations.ts';

/** Whose answer it is. */
export interface AnswerOrigin {
  readonly upstream: string;
  readonly operation: string;
}

/**
 * Reads an answer by the schema of `wire.ts`.
 * @throws UpstreamError `contract`, whose outcome is unknown: the upstream answered, and we cannot tell what it did
 */
export function parseAnswer<S extends z.ZodType>(schema: S, body: unknown, origin: AnswerOrigin): z.output<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = pathOf('$', issue.path);
  throw new UpstreamError('contract', {
    ...origin,
    outcome: 'unknown',
    path,
    words: `answered another shape at ${path}: ${issue.message}`,
  });
}
