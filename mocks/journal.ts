/** @module What a simulator has accepted, appended to a file before it answers, so that no stop makes it forget. */
import { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** One thing that happened, as it is kept and replayed; `at` is the true time in milliseconds. */
export interface Entry {
  readonly kind: string;
  readonly at: number;
}

export interface Journal {
  /** Keeps an entry; it is in the file once `written()` has resolved. */
  append(entry: Entry): void;
  /** Resolves when everything appended so far has been handed to the operating system. */
  written(): Promise<void>;
  /** Forgets everything. */
  truncate(): void;
  close(): void;
}

/** Keeps nothing: for simulators that live as long as a test. */
export const memoryJournal = (): Journal => ({
  append() {},
  written: () => Promise.resolve(),
  truncate() {},
  close() {},
});

const CHUNK = 1 << 20;
const NEWLINE = 0x0a;

/**
 * Opens (or makes) the journal `path` and replays what it holds.
 *
 * What is appended in one turn of the event loop is written at its end in one `write()`: a kill -9 of the process loses
 * nothing that was answered, since the operating system has it. A last line torn by such a kill is cut off.
 * @throws when a line before the last is no JSON: the file is damaged, and starting without it would be forgetting
 */
export function fileJournal(path: string, replay: (entry: Entry) => void): Journal {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, existsSync(path) ? 'r+' : 'w+');
  let end = replayLines(file, path, replay);
  let lines: string[] = [];
  let turn: Promise<void> | null = null;
  let open = true;

  const write = (): void => {
    turn = null;
    if (lines.length === 0 || !open) return;
    const bytes = Buffer.from(lines.join(''));
    lines = [];
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, end + done);
    end += bytes.length;
  };

  return {
    append(entry) {
      lines.push(`${JSON.stringify(entry)}\n`);
      turn ??= new Promise((resolve, reject) => {
        setImmediate(() => {
          try {
            write();
            resolve();
          } catch (error) {
            reject(error);
          }
        });
      });
    },
    written: () => turn ?? Promise.resolve(),
    truncate() {
      lines = [];
      ftruncateSync(file, 0);
      end = 0;
    },
    close() {
      write();
      open = false;
      closeSync(file);
    },
  };
}

/** Replays every whole line and cuts off a torn last one; answers the length of what is kept. */
function replayLines(file: number, path: string, replay: (entry: Entry) => void): number {
  const chunk = Buffer.allocUnsafe(CHUNK);
  let rest = Buffer.alloc(0);
  let position = 0;
  let lineNumber = 0;
  for (;;) {
    const read = readSync(file, chunk, 0, CHUNK, position);
    if (read === 0) break;
    position += read;
    const bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
    let start = 0;
    for (let stop = bytes.indexOf(NEWLINE); stop >= 0; stop = bytes.indexOf(NEWLINE, start)) {
      lineNumber += 1;
      replay(parseLine(bytes.toString('utf8', start, stop), path, lineNumber));
      start = stop + 1;
    }
    rest = Buffer.from(bytes.subarray(start));
  }
  const whole = fstatSync(file).size - rest.length;
  if (rest.length > 0) ftruncateSync(file, whole);
  return whole;
}

function parseLine(line: string, path: string, lineNumber: number): Entry {
  try {
    return JSON.parse(line) as Entry;
  } catch (cause) {
    throw new Error(`${path}, line ${lineNumber}: no JSON; move the file away to start empty`, { cause });
  }
}
