import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EmbeddedDatabase, ensureEmbeddedDatabase, stopEmbeddedDatabase } from '../../src/db/embedded.ts';
import { isAlive } from '../../src/db/postmaster.ts';

const isRoot = process.getuid?.() === 0;
const log = vi.fn<(message: string) => void>();
let root: string;
let dataDir: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lienthong-embedded-'));
  await chmod(root, 0o755);
  dataDir = join(root, 'data', 'postgresql');
});

afterAll(async () => {
  await stopEmbeddedDatabase(dataDir);
  await rm(root, { recursive: true, force: true });
});

function start(folder = dataDir): Promise<EmbeddedDatabase> {
  log.mockClear();
  return ensureEmbeddedDatabase({ dataDir: folder, log });
}

/** Has a process of its own start the database; it stays until killed. */
async function startElsewhere(folder = dataDir): Promise<{ gateway: ChildProcess; database: EmbeddedDatabase }> {
  const script = fileURLToPath(new URL('./start-embedded.ts', import.meta.url));
  const gateway = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: gateway.stdout })) return { gateway, database: JSON.parse(line) };
  throw new Error('the process ended before it had a database');
}

async function kill(gateway: ChildProcess): Promise<void> {
  gateway.kill('SIGKILL');
  await once(gateway, 'exit');
}

async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe('the first start', () => {
  it('makes a PostgreSQL 18 that keeps what it acknowledged and knows Vietnamese letters', async () => {
    const database = await start();
    expect(database).toMatchObject({ adopted: false, dataDir });

    const settings = await ask(
      database.url,
      `select current_database() as name, current_setting('server_version_num')::int / 10000 as major,
         current_setting('fsync') as fsync, current_setting('synchronous_commit') as commits,
         current_setting('full_page_writes') as pages, current_setting('data_checksums') as checksums,
         current_setting('listen_addresses') as listens, current_setting('max_connections') as connections,
         lower('HỒ SƠ ĐẤT ĐAI') as lower`,
    );
    expect(settings).toEqual([
      {
        name: 'lienthong',
        major: 18,
        fsync: 'on',
        commits: 'on',
        pages: 'on',
        checksums: 'on',
        listens: '127.0.0.1',
        connections: '100',
        lower: 'hồ sơ đất đai',
      },
    ]);
    await ask(database.url, `create table kept (what text); insert into kept values ('on the first day')`);
  });

  it('lets nobody in without the password, which only the owner of the data can read', async () => {
    const { url } = await start();
    const address = new URL(url);
    address.password = 'guessed';
    await expect(ask(address.href, 'select 1')).rejects.toThrow('password authentication failed');
    address.search = '';
    await expect(ask(address.href, 'select 1')).rejects.toThrow('password authentication failed');
    expect((await stat(join(dataDir, 'access.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  });

  it('is also reached by a client that knows only host and port', async () => {
    const address = new URL((await start()).url);
    address.search = '';
    expect(await ask(address.href, 'select what from kept')).toEqual([{ what: 'on the first day' }]);
  });

  it('gives two gateways that start at once on an empty folder the same database', async () => {
    const folder = join(root, 'shared');
    const both = await Promise.all([startElsewhere(folder), startElsewhere(folder)]);
    expect(both[0].database.url).toBe(both[1].database.url);
    expect(both[0].database.pid).toBe(both[1].database.pid);
    expect(both.filter(({ database }) => !database.adopted)).toHaveLength(1);
    await Promise.all(both.map(({ gateway }) => kill(gateway)));
    await stopEmbeddedDatabase(folder);
    expect((await readdir(root)).filter((name) => name.startsWith('shared'))).toEqual(['shared']);
  });

  it('clears what a start killed in the midst of it left behind', async () => {
    const { gateway } = await startElsewhere();
    await kill(gateway);
    const folder = join(root, 'half');
    await mkdir(`${folder}.${gateway.pid}.new`);
    await writeFile(`${folder}.${gateway.pid}.new/PG_VERSION`, '18\n');
    expect((await start(folder)).adopted).toBe(false);
    await stopEmbeddedDatabase(folder);
    expect((await readdir(root)).filter((name) => name.startsWith('half'))).toEqual(['half']);
  });

  it('refuses a folder that holds something else, and touches nothing in it', async () => {
    const folder = join(root, 'letters');
    await mkdir(folder);
    await writeFile(join(folder, 'letter.txt'), 'mine');
    await expect(start(folder)).rejects.toThrow('letters is not empty and holds no PostgreSQL data');
    expect(await readdir(folder)).toEqual(['letter.txt']);
  });

  it('tells what PostgreSQL said when it cannot run', async () => {
    const folder = join(root, 'broken');
    await start(folder);
    await stopEmbeddedDatabase(folder);
    await writeFile(join(folder, 'postgresql.conf'), 'shared_buffers = plenty\n');
    await expect(start(folder)).rejects.toThrow(
      /did not start.*invalid value for parameter "shared_buffers": "plenty"/s,
    );
  });
});

describe('a later start', () => {
  it('adopts the database that outlived a gateway killed with kill -9', async () => {
    await start();
    await stopEmbeddedDatabase(dataDir);
    const { gateway, database } = await startElsewhere();
    expect(database.adopted).toBe(false);
    await kill(gateway);

    const { pid, url, applicationUrl } = database;
    expect(await start()).toEqual({ pid, url, applicationUrl, dataDir, adopted: true });
    expect(await ask(url, 'select what from kept')).toEqual([{ what: 'on the first day' }]);
  });

  it('recovers a PostgreSQL whose every process was killed with kill -9', async () => {
    const before = await start();
    await ask(before.url, `insert into kept values ('before the crash')`);
    const processes = await ask(before.url, 'select pid from pg_stat_activity where pid <> pg_backend_pid()');
    for (const pid of [before.pid, ...processes.map((row) => Number(row.pid))]) process.kill(pid, 'SIGKILL');

    const after = await start();
    expect(after.adopted).toBe(false);
    expect(after.url).toBe(before.url);
    expect(await ask(after.url, 'select what from kept')).toContainEqual({ what: 'before the crash' });
  });

  it('waits for a statement that outlived its killed PostgreSQL instead of writing beside it', async () => {
    const before = await start();
    const client = new pg.Client({ connectionString: before.url });
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query('select pg_backend_pid() as pid');
    const orphan = client.query(
      `do $$ begin while clock_timestamp() < now() + interval '1.5 seconds' loop end loop; end $$`,
    );
    orphan.catch(() => {});
    process.kill(before.pid, 'SIGKILL');
    expect(isAlive(rows[0].pid)).toBe(true);

    await start();
    expect(log).toHaveBeenCalledExactlyOnceWith('waiting for the last processes of the killed PostgreSQL to end');
    await orphan.catch(() => {});
    await client.end();
  });

  it('is not misled by a stale lock whose number another process of the same user has got', async () => {
    const before = await start();
    const lock = await readFile(join(dataDir, 'postmaster.pid'), 'utf8');
    await stopEmbeddedDatabase(dataDir);
    const { uid, gid } = await stat(dataDir);
    const stranger = spawn('sleep', ['600'], { uid, gid, cwd: '/' });
    await once(stranger, 'spawn');
    await writeFile(join(dataDir, 'postmaster.pid'), lock.replace(/^\d+/, String(stranger.pid)));

    const after = await start();
    expect(after).toMatchObject({ adopted: false, url: before.url });
    expect(after.pid).not.toBe(stranger.pid);
    expect(stranger.exitCode).toBe(null);
    stranger.kill('SIGKILL');
  });

  it('moves to another port when its own is taken, says so and keeps the new one', async () => {
    const before = await start();
    await stopEmbeddedDatabase(dataDir);
    const squatter = createServer().listen(Number(new URL(before.url).port), '127.0.0.1');
    await once(squatter, 'listening');

    const moved = await start();
    expect(moved.url).not.toBe(before.url);
    expect(log).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^port \d+ is taken: PostgreSQL gets \d+$/));
    await stopEmbeddedDatabase(dataDir);
    expect((await start()).url).toBe(moved.url);
    expect(log).not.toHaveBeenCalled();
    squatter.close();
  });
});

it('stops in order, disconnecting whoever is left, and stopping twice is no error', async () => {
  const { pid, url } = await start();
  const client = new pg.Client({ connectionString: url });
  const onLost = vi.fn();
  client.on('error', onLost);
  await client.connect();
  await stopEmbeddedDatabase(dataDir);
  await vi.waitFor(() => expect(onLost).toHaveBeenCalled());
  expect(isAlive(pid)).toBe(false);
  await expect(stopEmbeddedDatabase(dataDir)).resolves.toBeUndefined();
});

it('obeys an ordinary user, and root as far as the user who runs PostgreSQL can reach', async () => {
  const secluded = join(root, 'secluded');
  await mkdir(secluded, { mode: 0o700 });
  const wanted = join(secluded, 'postgresql');
  const database = await start(wanted);
  try {
    expect(database.dataDir === wanted).toBe(!isRoot);
    const messages = log.mock.calls.map(([message]) => message);
    expect(messages).toEqual(isRoot ? [expect.stringContaining(`the data is in ${database.dataDir}`)] : []);

    // What was once put elsewhere is found there again, even after the folder was opened to everyone.
    await chmod(secluded, 0o755);
    expect(await start(wanted)).toEqual({ ...database, adopted: true });
  } finally {
    await stopEmbeddedDatabase(wanted);
    await rm(database.dataDir, { recursive: true, force: true });
  }
});
