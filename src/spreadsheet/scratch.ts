/** @module A scratch file without a name: gone with the process, however it ends, and read by nobody else. */
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Scratch {
  readonly fd: number;
  /** Appends bytes. */
  write(bytes: Uint8Array): void;
  /** Fills the buffer from a position. @returns how many bytes there were */
  read(into: Uint8Array, position: number): number;
  close(): void;
}

/** Synchronous: what was just written lies in the system's cache, and a turn of the event loop costs more than the read. */
export function openScratch(): Scratch {
  const path = join(tmpdir(), `lienthong-${randomUUID()}`);
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  let size = 0;
  return {
    fd,
    write(bytes) {
      for (let done = 0; done < bytes.length; ) {
        const written = writeSync(fd, bytes, done, bytes.length - done, size);
        done += written;
        size += written;
      }
    },
    read: (into, position) => readSync(fd, into, 0, into.length, position),
    close: () => closeSync(fd),
  };
}
