/**
 * @module A workbook of a million open dossiers imported through the API: how long it takes, and the most memory that the process held.
 *
 * `node test/bench/import-memory.ts [rows] [validate|adopt]`; a database and a gateway of its own, gone at the end.
 */
import { randomBytes } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { OPERATOR_SCOPES, putClient } from '../../src/access/clients.ts';
import { ensureEmbeddedDatabase, stopEmbeddedDatabase } from '../../src/db/embedded.ts';
import { openPool } from '../../src/db/pool.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import { SECOND } from '../../src/units.ts';
import { sheetOf } from '../flows/open-dossiers.ts';
import { type WrittenCell, workbook } from '../support/workbook.ts';
import { freePort, startModule, stopAll, untilAnswers } from './processes.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const mode = process.argv[3] ?? 'validate';
const SECRET = 'secret of a benchmark';
const MIB = 1024 ** 2;

/** Every name another, so that the workbook holds millions of texts. */
function* sheet(): Generator<readonly WrittenCell[]> {
  let n = 0;
  for (const cells of sheetOf(rows)) yield cells.map((cell, i) => (i === 4 && n++ > 0 && cell ? `${cell} ${n}` : cell));
}

/** MiB that a process holds now, and the most that it has held. */
async function memoryOf(pid: number): Promise<{ now: number; peak: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { now: Math.round(kilobytes('VmRSS') / 1024), peak: Math.round(kilobytes('VmHWM') / 1024) };
}

const folder = await mkdtemp(join(tmpdir(), 'lienthong-import-memory-'));
await chmod(folder, 0o755);
const cluster = join(folder, 'postgres');
try {
  await run();
} finally {
  await stopAll();
  await stopEmbeddedDatabase(cluster);
  await rm(folder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const file = join(folder, 'open-dossiers.xlsx');
  await writeFile(file, workbook(sheet()));
  const { size } = await stat(file);
  console.log(`${rows} rows, ${Math.round(size / MIB)} MiB of XLSX, mode ${mode}`);

  const database = await ensureEmbeddedDatabase({ dataDir: cluster, log: () => {} });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const gateway = startModule('src/cli.ts', {
    args: ['serve'],
    env: {
      PORT: String(port),
      PUBLIC_URL: url,
      DATA_DIR: folder,
      DATABASE_URL: database.url,
      LOG_LEVEL: 'warn',
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      AUDIT_KEY: randomBytes(32).toString('hex'),
    },
    logFile: join(folder, 'gateway.log'),
  });
  await untilAnswers(`${url}/health/ready`, gateway);
  const pool = openPool(database.url, { max: 1, applicationName: 'bench', statementTimeoutMs: 0 });
  await putClient(pool, {
    clientId: 'operator',
    secretHash: hashSecret(SECRET),
    scopes: OPERATOR_SCOPES,
    agencies: ['H15'],
  });
  await pool.end();
  const ask = async (path: string, init: RequestInit): Promise<Record<string, number & string>> => {
    const answer = await fetch(url + path, init);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json() as Promise<Record<string, number & string>>;
  };
  const { access_token: token } = await ask('/oauth2/token', {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`operator:${SECRET}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  const headers = { authorization: `Bearer ${token}` };
  const idle = await memoryOf(gateway.pid);

  const begun = performance.now();
  const { id } = await ask(`/v1/imports?mode=${mode}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    body: await openAsBlob(file),
  });
  const uploaded = performance.now();
  for (;;) {
    const found = await ask(`/v1/imports/${id}`, { headers });
    const { now, peak } = await memoryOf(gateway.pid);
    process.stderr.write(`\r${found.rows} rows, ${now} MiB now, ${peak} MiB at most   `);
    if (found.state !== 'running') {
      const seconds = (performance.now() - uploaded) / SECOND;
      process.stderr.write('\n');
      console.log(`${found.state}: ${found.adopted} adopted, ${found.refused} refused`);
      console.log(
        `upload ${((uploaded - begun) / SECOND).toFixed(1)} s; ${seconds.toFixed(0)} s, ${Math.round(rows / seconds)} rows/s`,
      );
      console.log(`resident memory: ${idle.now} MiB before, ${peak} MiB at most`);
      return;
    }
    await pause(SECOND);
  }
}
