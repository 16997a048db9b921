/** @module Nothing of an upstream's answer is believed before its shape is: where it differs, the error names upstream, operation and path. */
import type { z } from 'zod';
import { UpstreamError } from './upstream-error.ts';
import { pathOf } from './violations.ts';

const texts = new WeakMap<object, string>();

/** Remembers the text that a parsed answer came as, for as long as the answer itself is held. */
export function cameAs(parsed: unknown, text: string): void {
  if (typeof parsed === 'object' && parsed !== null) texts.set(parsed, text);
}

/** The text that an answer came as. */
export function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  return (typeof body === 'object' && body !== null && texts.get(body)) || JSON.stringify(body) || '';
}

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
  const words = `answered another shape at ${path}: ${issue.message}`;
  throw new UpstreamError('contract', { ...origin, outcome: 'unknown', path, words }, textOf(body));
}

/**
 * Reads an answer further: a contract that is found broken there carries the answer too.
 * @throws what `read` throws
 */
export function reading<T>(body: unknown, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.kind !== 'contract' || error.answer !== null) throw error;
    throw new UpstreamError('contract', error.facts, textOf(body));
  }
}
