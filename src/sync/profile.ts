/** @module How a destination reads what it is sent: data with versions and dates of effect (sync.md, "The portal's profile"). */
import { z } from 'zod';

const pause = z.strictObject({ code: z.string(), text: z.string() });

/** A destination's profile; `{reason}` in a text stands for the pause reason's name. */
export const profileSchema = z.strictObject({
  destination: z.string(),
  version: z.int().positive(),
  effectiveFrom: z.iso.datetime({ offset: true }),
  wireVersion: z.string(),
  statusCodes: z.record(
    z.enum(['submitted', 'accepted', 'rejected', 'processing', 'withdrawn', 'stopped', 'completed', 'returned']),
    z.string(),
  ),
  pauses: z.record(z.enum(['supplement', 'financial-obligation', 'consultation', 'other']), pause),
  /** The code whose time the destination's own formula subtracts when it stands once. */
  supplementCode: z.string(),
  /** States without which this destination refuses a later one; they are sent with the time of the entry that implied them. */
  demands: z.array(z.enum(['submitted', 'accepted', 'processing'])),
  /** How far apart in time two records of the same status may stand and be the same step, written by two systems. */
  sameStepWithinSeconds: z
    .int()
    .nonnegative()
    .default(24 * 3600),
  /** Records a call. */
  chunk: z.int().positive(),
  /** Calls at once. */
  concurrency: z.int().positive(),
});

export type Profile = z.output<typeof profileSchema>;

/** The profile in force at a time: the highest version whose date of effect has come. */
export function profileAt(profiles: readonly Profile[], destination: string, at: number): Profile | null {
  let found: Profile | null = null;
  for (const profile of profiles) {
    if (profile.destination !== destination || Date.parse(profile.effectiveFrom) > at) continue;
    if (!found || profile.version > found.version) found = profile;
  }
  return found;
}
