/** @module Office hours as people read and write them: two sessions of `HH:mm`. */
import { z } from 'zod';
import type { OfficeHours } from '../deadlines/calendar.ts';

const session = z.object({ from: z.string(), to: z.string() });

export const officeHoursAnswer = z.object({ morning: session, afternoon: session });

/** Minutes of the day as `HH:mm`. */
const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

export function toOfficeHours({ morning, afternoon }: OfficeHours): z.input<typeof officeHoursAnswer> {
  return {
    morning: { from: clock(morning[0]), to: clock(morning[1]) },
    afternoon: { from: clock(afternoon[0]), to: clock(afternoon[1]) },
  };
}

const WRITTEN = /^(\d{2}):(\d{2})-(\d{2}):(\d{2}) (\d{2}):(\d{2})-(\d{2}):(\d{2})$/;

/** Reads `07:00-11:30 13:30-17:00`; null where it is not written so. */
export function parseOfficeHours(text: string): { morning: [number, number]; afternoon: [number, number] } | null {
  const parts = WRITTEN.exec(text.trim())?.slice(1).map(Number);
  if (!parts) return null;
  const at = (n: number): number => parts[2 * n]! * 60 + parts[2 * n + 1]!;
  return { morning: [at(0), at(1)], afternoon: [at(2), at(3)] };
}
