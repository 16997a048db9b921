import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { openPool } from '../../src/db/pool.ts';

// A server of the test's own from the machine's packages (see scripts/pretest.ts): the oldest release the gateway supports.
let root: string;
let binDir: string;

beforeAll(async () => {
  const releases = await readdir('/usr/lib/postgresql');
  const oldest = releases.map(Number).sort((a, b) => a - b)[0];
  binDir = `/usr/lib/postgresql/${oldest}/bin`;
  root = await mkdtemp(join(tmpdir(), 'lienthong-postgresql-'));
  if (process.getuid?.() === 0) await promisify(execFile)('chown', ['postgres', root]);
  await asServerUser(
    'initdb',
    '-D',
    join(root, 'data'),
    '-U',
    'postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--no-sync',
  );
  const options = `-c listen_addresses='' -c unix_socket_directories=${root} -c fsync=off`;
  await asServerUser('pg_ctl', 'start', '-w', '-D', join(root, 'data'), '-l', join(root, 'log'), '-o', options);
});

afterAll(async () => {
  await asServerUser('pg_ctl', 'stop', '-w', '-m', 'immediate', '-D', join(root, 'data'));
  await rm(root, { recursive: true, force: true });
});

async function asServerUser(program: string, ...args: string[]): Promise<void> {
  const command = [join(binDir, program), ...args];
  const [file, ...rest] =
    process.getuid?.() === 0
      ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', ...command]
      : command;
  await promisify(execFile)(file!, rest, { cwd: '/', env: { ...process.env, LC_ALL: 'C.UTF-8' } });
}

it('every migration runs on the PostgreSQL of this machine, and a second time there is nothing to do', async () => {
  const pool = openPool(`postgresql://postgres@localhost/postgres?host=${encodeURIComponent(root)}`, {
    max: 2,
    applicationName: 'migration test',
    statementTimeoutMs: 60_000,
  });
  const files = (await readdir(new URL('../../src/db/migrations/', import.meta.url))).filter((name) =>
    name.endsWith('.sql'),
  );
  expect(await migrate(pool)).toEqual({
    applied: files.sort().map((name) => name.slice(0, -4)),
    version: files.length,
  });
  expect(await migrate(pool)).toEqual({ applied: [], version: files.length });
  const { rows } = await pool.query(`select current_setting('server_version_num')::int / 10000 as major`);
  expect(rows[0].major).toBeGreaterThanOrEqual(15);
  await pool.end();
});
