/** @module The parts of an Office Open XML file, each streamed out of its archive. */
import type { Readable } from 'node:stream';
import { type Entry, fromFdPromise } from 'yauzl';
import { UnreadableFile } from './table.ts';

/** More than any workbook of a million rows unpacks to; an archive made to fill a disk says more. */
const MOST_BYTES = 16 * 1024 ** 3;
const MOST_PARTS = 10_000;

export interface Archive {
  has(name: string): boolean;
  /** The part unpacked. @throws UnreadableFile where it is absent or encrypted */
  open(name: string): Promise<Readable>;
  /** Bytes of the part unpacked. */
  sizeOf(name: string): number;
}

/** Opens the archive in an open file, which stays its caller's to close. */
export async function openArchive(fd: number): Promise<Archive> {
  const entries = new Map<string, Entry>();
  const zip = await fromFdPromise(fd, { lazyEntries: true, autoClose: false }).catch(refuse);
  try {
    let total = 0;
    for await (const entry of zip.eachEntry()) {
      total += entry.uncompressedSize;
      if (total > MOST_BYTES || entries.size === MOST_PARTS) throw new Error('the archive unpacks to too much');
      entries.set(entry.fileName, entry);
    }
  } catch (error) {
    refuse(error);
  }
  const find = (name: string): Entry => entries.get(name) ?? refuse(new Error(`${name} is not there`));
  return {
    has: (name) => entries.has(name),
    sizeOf: (name) => find(name).uncompressedSize,
    open: (name) => zip.openReadStreamPromise(find(name)).catch(refuse),
  };
}

function refuse(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new UnreadableFile(
    `This is no workbook that can be read (${why}). Save it anew as .xlsx, without a password.`,
    `Không đọc được tệp XLSX (${why}). Hãy lưu lại dạng .xlsx, không đặt mật khẩu.`,
    cause,
  );
}
