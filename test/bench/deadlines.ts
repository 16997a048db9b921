/** @module Deadlines a second on one core: the engine and a date-by-date loop, interleaved, medians. */

import { buildCalendar } from '../../src/deadlines/calendar.ts';
import { computeDeadline } from '../../src/deadlines/compute.ts';
import { loadDaysOff } from '../../src/deadlines/days-off.ts';
import type { DeadlineInput } from '../../src/deadlines/types.ts';
import { DAY, HOUR, MINUTE } from '../../src/units.ts';

const ROUNDS = 9;
const ENGINE_RUNS = 500_000;
const LOOP_RUNS = 20_000;

const calendar = buildCalendar({ daysOff: loadDaysOff() });
const start = Date.parse('2025-01-02T08:00:00+07:00');

const off = new Set<string>();
const worked = new Set<string>();
for (const { date, kind } of loadDaysOff()) (kind === 'off' ? off : worked).add(date);

/** What one writes first: step through the days with a date object and look each up. Close to close, no halves. */
function loopAppointment({ receivedAt, limit, suspensions }: DeadlineInput): number {
  const day = new Date(receivedAt + 7 * HOUR);
  day.setUTCHours(0, 0, 0, 0);
  let left = limit!.amount;
  while (left > 0) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (isWorkedDate(day)) left -= 1;
  }
  for (let minutes = suspensions.reduce((sum, { from, to }) => sum + loopMinutes(from, to!), 0); minutes > 0; ) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (isWorkedDate(day)) minutes -= 480;
  }
  return day.getTime() + 10 * HOUR;
}

/** Office minutes of one pause, summed day by day over both sessions. */
function loopMinutes(from: number, to: number): number {
  const day = new Date(from + 7 * HOUR);
  day.setUTCHours(0, 0, 0, 0);
  let sum = 0;
  for (; day.getTime() - 7 * HOUR < to; day.setUTCDate(day.getUTCDate() + 1)) {
    if (!isWorkedDate(day)) continue;
    const midnight = day.getTime() - 7 * HOUR;
    for (const [open, close] of [
      [420, 690],
      [810, 1020],
    ] as const) {
      sum += Math.max(0, Math.min(to, midnight + close * MINUTE) - Math.max(from, midnight + open * MINUTE)) / MINUTE;
    }
  }
  return sum;
}

function isWorkedDate(day: Date): boolean {
  const date = day.toISOString().slice(0, 10);
  return worked.has(date) || (!off.has(date) && day.getUTCDay() % 6 !== 0);
}

/** Ordinary dossiers: limits of 1 to 30 working days, every third with one pause of three days. */
const dossiers: DeadlineInput[] = Array.from({ length: 4096 }, (_, n) => {
  const receivedAt = start + (n % 400) * DAY + (n % 9) * HOUR;
  const pause = {
    from: receivedAt + DAY,
    to: receivedAt + 4 * DAY,
    reason: 'citizen-payment',
    effect: 'suspend' as const,
  };
  return {
    receivedAt,
    limit: { amount: 1 + (n % 30), unit: 'working-day' },
    startRule: 'next-day',
    suspensions: n % 3 === 0 ? [pause] : [],
    now: start + 500 * DAY,
  };
});

function perSecond(runs: number, compute: (input: DeadlineInput) => unknown): number {
  const began = performance.now();
  for (let run = 0; run < runs; run += 1) compute(dossiers[run % dossiers.length]!);
  return Math.round((runs * 1000) / (performance.now() - began));
}

function summary(name: string, rates: readonly number[]) {
  const sorted = rates.toSorted((a, b) => a - b);
  return { name, median: sorted[Math.floor(sorted.length / 2)]!, lowest: sorted[0]!, highest: sorted.at(-1)!, rates };
}

for (const dossier of dossiers) {
  if (computeDeadline(dossier, calendar).appointmentAt !== loopAppointment(dossier)) {
    throw new Error(`the loop and the engine differ on ${JSON.stringify(dossier)}`);
  }
}

const engine: number[] = [];
const loop: number[] = [];
perSecond(ENGINE_RUNS, (input) => computeDeadline(input, calendar));
for (let round = 0; round < ROUNDS; round += 1) {
  engine.push(perSecond(ENGINE_RUNS, (input) => computeDeadline(input, calendar)));
  loop.push(perSecond(LOOP_RUNS, loopAppointment));
}
const results = [summary('engine', engine), summary('date-by-date loop', loop)];
process.stdout.write(`${JSON.stringify({ unit: 'computations/s', results }, null, 2)}\n`);
