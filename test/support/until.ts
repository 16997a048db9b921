/** @module Waits for what is to become true, instead of for a time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../src/units.ts';

const EVERY = 15;

/**
 * Waits until `look` gives something truthy, and gives it back.
 * @param patience in milliseconds; longer only for what starts whole processes
 * @throws when that has passed, saying what was waited for
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | false> | T | false,
  patience = 20 * SECOND,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${patience} ms in vain until ${what}`);
    await sleep(EVERY);
  }
}
