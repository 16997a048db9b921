/** @module The outside judges of the document, from a package of their own that is installed when it is first needed. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MINUTE } from '../../src/units.ts';

const FOLDER = join(import.meta.dirname, 'tools');
/** What npm writes last. */
const WHOLE = join(FOLDER, 'node_modules/.package-lock.json');
const LOCK = join(tmpdir(), `lienthong-tools-${createHash('sha256').update(FOLDER).digest('hex').slice(0, 16)}`);
/** A lock that is older was left behind. */
const LONGEST = 3 * MINUTE;

/** The folder with everything in it. */
export function installedTools(): string {
  while (!existsSync(WHOLE)) if (isLocked()) install();
  return FOLDER;
}

/** Test files begin side by side: one of them installs, the others wait for it. */
function isLocked(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (since > 0 && Date.now() - since > LONGEST) rmSync(LOCK, { recursive: true, force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    return false;
  }
}

function install(): void {
  try {
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: FOLDER, stdio: 'pipe' });
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

/** One of its packages, of the shape that its page describes. */
export function tool<T>(name: string): T {
  return createRequire(join(installedTools(), 'package.json'))(name) as T;
}
