/** @module Reads what PostgreSQL's postmaster.pid says and whether it is still true. */
import { execFile } from 'node:child_process';
import { readFile, readlink, realpath, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

/** The running server of a data folder; `status` is PostgreSQL's own word: starting, ready, standby, stopping. */
export type Postmaster = { pid: number; port: number; status: string };

/** The server that runs on this data folder, or undefined where none does, whatever a stale postmaster.pid says. */
export async function findPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const lines = await readPidFile(dataDir);
  const pid = Number(lines?.[0]);
  if (!lines || !pid || !isAlive(pid) || !(await serves(pid, dataDir))) return undefined;
  // Lines by src/include/utils/pidfile.h: pid, data folder, start time, port, socket folder, address, shared memory, status.
  return { pid, port: Number(lines[3]), status: lines[7]?.trim() ?? 'starting' };
}

/**
 * Makes a stale lock harmless whose number now belongs to another process: PostgreSQL would take that for its
 * predecessor and refuse for ever. The file isn't deleted, for it also names the shared memory by which PostgreSQL
 * sees that orphans of the killed server still write; a lock in the name of its parent is what PostgreSQL overrules.
 * Call only when `findPostmaster` found none.
 */
export async function disownStaleLock(dataDir: string): Promise<void> {
  const lines = await readPidFile(dataDir);
  const pid = Number(lines?.[0]);
  if (!lines || !pid || pid === process.pid || !isAlive(pid) || (await serves(pid, dataDir))) return;
  for (const name of ['postmaster.pid', `.s.PGSQL.${lines[3]}.lock`]) {
    const path = join(dataDir, name);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text?.startsWith(`${pid}\n`)) await writeFile(path, text.replace(/^\d+/, String(process.pid)));
  }
}

/** Whether a process of this number exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function readPidFile(dataDir: string): Promise<string[] | undefined> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => undefined);
  return text?.split('\n');
}

/** Whether the process is PostgreSQL on this very folder, in which a postmaster always stands. */
async function serves(pid: number, dataDir: string): Promise<boolean> {
  try {
    if (process.platform === 'win32') return true;
    if (process.platform !== 'linux') {
      const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)]);
      return stdout.includes('postgres') && stdout.includes(dataDir);
    }
    const program = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0')[0] ?? '';
    return basename(program) === 'postgres' && (await readlink(`/proc/${pid}/cwd`)) === (await realpath(dataDir));
  } catch {
    return false;
  }
}
