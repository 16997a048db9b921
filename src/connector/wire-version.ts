/** @module Several versions of one wire side by side: which one is spoken when, as a setting says. */
import { z } from 'zod';

interface Step<V extends string> {
  readonly version: V;
  /** Epoch milliseconds; the first has been spoken from the beginning. */
  readonly from: number;
}

/** Versions in the order in which they are spoken. */
export type WireSchedule<V extends string> = readonly Step<V>[];

const FORM = /^(?<version>[^@\s]+)(?:@(?<from>\S+))?$/;

/** A setting such as `v1`, or `v1 v2@2027-01-01T00:00:00+07:00`: v2 from that time on. The first version is the default. */
export function wireSetting<const V extends string>(versions: readonly [V, ...V[]]) {
  return z
    .string()
    .default(versions[0])
    .transform((text, context): WireSchedule<V> => {
      const steps = text
        .trim()
        .split(/\s+/)
        .map((part, index) => stepOf(part, index, versions));
      const isRight = steps.every(
        (step, index) => step !== null && (index === 0 || step.from > (steps[index - 1]?.from ?? 0)),
      );
      if (isRight) return steps as WireSchedule<V>;
      const message = `a version (${versions.join(', ')}), then further ones each with the time from which it is spoken: ${versions[0]} ${versions.at(-1)}@2027-01-01T00:00:00+07:00`;
      context.issues.push({ code: 'custom', message, input: text });
      return z.NEVER;
    })
    .meta({
      description: `Version of the wire: ${versions.join(', ')}; a further one with @ and the time from which it is spoken`,
    });
}

function stepOf<V extends string>(text: string, index: number, versions: readonly V[]): Step<V> | null {
  const { version, from } = FORM.exec(text)?.groups ?? {};
  const known = versions.find((each) => each === version);
  const isDated = from !== undefined;
  if (known === undefined || isDated === (index === 0)) return null;
  if (!isDated) return { version: known, from: 0 };
  const parsed = z.iso.datetime({ offset: true }).safeParse(from);
  return parsed.success ? { version: known, from: Date.parse(parsed.data) } : null;
}

/** The version that is spoken at a time. */
export function wireAt<V extends string>(schedule: WireSchedule<V>, now: number): V {
  return schedule.findLast(({ from }) => from <= now)!.version;
}
