/** @module The outside judges of the document, from a package of their own that is installed when it is first needed. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'tools');

/** The folder with everything in it. */
export function installedTools(): string {
  if (!existsSync(join(FOLDER, 'node_modules')))
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: FOLDER });
  return FOLDER;
}

/** One of its packages, of the shape that its page describes. */
export function tool<T>(name: string): T {
  return createRequire(join(installedTools(), 'package.json'))(name) as T;
}
