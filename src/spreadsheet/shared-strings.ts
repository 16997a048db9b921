/** @module The shared strings of a workbook, kept in a scratch file: a million rows have millions of them. */
import { openScratch, type Scratch } from './scratch.ts';
import { UnreadableFile } from './table.ts';

/** Bytes written and read at once. */
const BLOCK = 64 * 1024;
const BLOCKS_KEPT = 128;
/** Where offsets end, and far beyond what a sheet of a million rows holds. */
const MOST_BYTES = 0xffff_ffff;

export class SharedStrings {
  readonly #scratch: Scratch = openScratch();
  /** Where each string begins; one more than there are strings. */
  #offsets = new Uint32Array(1024);
  #count = 0;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** In the order of their last use. */
  readonly #blocks = new Map<number, Buffer>();

  /** Appends the next string; all are added before the first is asked for. */
  add(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    const end = this.#offsets[this.#count]! + bytes.length;
    if (end > MOST_BYTES)
      throw new UnreadableFile(
        'The texts of this workbook are larger than 4 GiB: split it.',
        'Nội dung chữ trong tệp lớn hơn 4 GiB: hãy chia nhỏ tệp.',
      );
    if (this.#count + 1 === this.#offsets.length) {
      const larger = new Uint32Array(this.#offsets.length * 2);
      larger.set(this.#offsets);
      this.#offsets = larger;
    }
    this.#offsets[++this.#count] = end;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= BLOCK) this.#flush();
  }

  /** The string of an index; null where the workbook has none of it. */
  get(index: number): string | null {
    if (!(index >= 0 && index < this.#count)) return null;
    if (this.#pendingBytes > 0) this.#flush();
    const from = this.#offsets[index]!;
    const to = this.#offsets[index + 1]!;
    const block = Math.floor(from / BLOCK);
    const start = from - block * BLOCK;
    if (start + to - from <= BLOCK) return this.#block(block).toString('utf8', start, start + to - from);
    const bytes = Buffer.allocUnsafe(to - from);
    this.#scratch.read(bytes, from);
    return bytes.toString('utf8');
  }

  close(): void {
    this.#scratch.close();
  }

  #flush(): void {
    this.#scratch.write(Buffer.concat(this.#pending));
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  #block(number: number): Buffer {
    let block = this.#blocks.get(number);
    if (block === undefined) {
      block = Buffer.allocUnsafe(BLOCK);
      this.#scratch.read(block, number * BLOCK);
      if (this.#blocks.size === BLOCKS_KEPT) this.#blocks.delete(this.#blocks.keys().next().value!);
    } else this.#blocks.delete(number);
    this.#blocks.set(number, block);
    return block;
  }
}
