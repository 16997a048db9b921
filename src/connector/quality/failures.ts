/** @module Which failures a connector may end in, and what is found where it ends otherwise. */
import { GatewayError } from '../../errors.ts';
import { UpstreamError, type UpstreamFailure } from '../upstream-error.ts';
import type { Exercise } from './exercises.ts';
import type { Trial } from './subject.ts';

/** What came of a call. */
export type Outcome = { readonly answer: unknown } | { readonly failure: UpstreamError } | { readonly stray: unknown };

/** An error that the gateway would answer as the upstream's or the caller's; anything else would be a 500 of ours. */
export async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    return { answer: await call };
  } catch (error) {
    if (error instanceof UpstreamError) return { failure: error };
    if (error instanceof GatewayError && error.code !== 'internal') return { answer: error };
    return { stray: error };
  }
}

/** Each exercise must end in one of these kinds of failure. */
export async function mustFail(
  { exercises, perform }: Trial,
  under: string,
  kinds: readonly UpstreamFailure[],
): Promise<string[]> {
  const found = exercises.map(async (each) => wrongEnd(each, under, await outcomeOf(perform(each)), kinds));
  return (await Promise.all(found)).flat();
}

function wrongEnd({ name }: Exercise, under: string, outcome: Outcome, kinds: readonly UpstreamFailure[]): string[] {
  if ('answer' in outcome) return [`${name} answers under ${under} as if nothing were wrong`];
  if ('stray' in outcome) return [`${name} breaks under ${under}: ${described(outcome.stray)}`];
  const { kind } = outcome.failure;
  return kinds.includes(kind) ? [] : [`${name} ends under ${under} in ${kind}, not in ${kinds.join(' or ')}`];
}

/** Each exercise must work again. */
export async function mustWork({ exercises, perform }: Trial, after: string): Promise<string[]> {
  const findings: string[] = [];
  for (const exercise of exercises) {
    const outcome = await outcomeOf(perform(exercise));
    if (!('answer' in outcome))
      findings.push(`${exercise.name} does not work after ${after}: ${described(Object.values(outcome)[0])}`);
  }
  return findings;
}

export const described = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message.replace(/\s+/g, ' ').slice(0, 200)}` : String(error);
