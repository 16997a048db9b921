/** @module Waits for what is to become true, instead of for a time. */
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE = 20_000;
const EVERY = 15;

/**
 * Waits until `look` gives something truthy, and gives it back.
 * @throws after 20 seconds, saying what was waited for
 */
export async function until<T>(what: string, look: () => Promise<T | false> | T | false): Promise<NonNullable<T>> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE} ms in vain until ${what}`);
    await sleep(EVERY);
  }
}
