/** @module One copy of each text that comes again and again: names, titles and rooms of a million progress records. */
import type { Texts } from './validate.ts';

/** Beyond so many different texts a new one is kept as it came. */
const MOST = 20_000;

export class SharedTexts {
  #known = new Map<string, string>();

  /** The same record, holding known copies of its texts. */
  of(record: Texts): Texts {
    const shared: Record<string, string> = {};
    for (const name in record) shared[name] = this.#shared(record[name]!);
    return shared;
  }

  #shared(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size < MOST) this.#known.set(text, text);
    return text;
  }
}
