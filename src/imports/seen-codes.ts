/** @module Which row of a file a dossier's code stood in first, in twelve bytes a code: a million of them fit anywhere. */
import { hash } from 'node:crypto';

/** Codes are told apart by 52 bits of their digest: two of a million collide once in nine thousand files. */
const BITS = 52n;

export class SeenCodes {
  #keys = new Float64Array(1 << 12);
  #rows = new Int32Array(1 << 12);
  #count = 0;

  /** The row where the code stood before; else null, and it is remembered for this one. */
  add(code: string, row: number): number | null {
    if (this.#count * 2 >= this.#keys.length) this.#grow();
    const key = keyOf(code);
    const slot = this.#slotOf(key);
    if (this.#keys[slot] === key) return this.#rows[slot]!;
    this.#keys[slot] = key;
    this.#rows[slot] = row;
    this.#count += 1;
    return null;
  }

  #slotOf(key: number): number {
    const mask = this.#keys.length - 1;
    let slot = key % this.#keys.length;
    // 0 is an empty slot: no key is 0.
    while (this.#keys[slot] !== 0 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [keys, rows] = [this.#keys, this.#rows];
    this.#keys = new Float64Array(keys.length * 2);
    this.#rows = new Int32Array(keys.length * 2);
    for (const [i, key] of keys.entries()) {
      if (key === 0) continue;
      const slot = this.#slotOf(key);
      this.#keys[slot] = key;
      this.#rows[slot] = rows[i]!;
    }
  }
}

const keyOf = (code: string): number =>
  Number(BigInt.asUintN(Number(BITS), hash('sha1', code, 'buffer').readBigUInt64LE())) || 1;
