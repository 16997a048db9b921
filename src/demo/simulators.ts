/** @module The simulators as a process of their own that outlives a crash of the gateway: adopted where they run, started where not. */
import { spawn } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAlive } from '../db/postmaster.ts';
import { SECOND } from '../units.ts';
import { type DemoSecrets, writeWhole } from './files.ts';

export interface Simulators {
  readonly url: string;
  readonly pid: number;
}

export interface SimulatorsOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly gatewayUrl: string;
  readonly secrets: DemoSecrets;
}

const READY_WITHIN = 15 * SECOND;
const pidFile = (dataDir: string): string => join(dataDir, 'simulators.pid');

export async function ensureSimulators(options: SimulatorsOptions): Promise<Simulators> {
  const { dataDir, port, gatewayUrl, secrets } = options;
  const url = `http://127.0.0.1:${port}`;
  const running = await runningPid(dataDir);
  if (running !== null && (await answers(url))) return { url, pid: running };
  if (await answers(url))
    throw new Error(`Port ${port} is taken by another program: set SIMULATORS_PORT to a free one.`);

  const config = join(dataDir, 'simulators.json');
  await writeWhole(config, {
    port,
    dataDir,
    webhooks: {
      coordination: { url: `${gatewayUrl}/v1/webhooks/coordination`, secret: secrets.webhookSecret },
      'land-registry': { url: `${gatewayUrl}/v1/webhooks/land-registry/{operation}/${secrets.securityCode}` },
      tax: { url: `${gatewayUrl}/v1/webhooks/tax`, secret: secrets.securityCode },
      'payment-platform': { url: `${gatewayUrl}/v1/webhooks/payment-platform` },
    },
    portal: { username: 'h15', password: secrets.portalPassword, madonvi: 'H15' },
  });
  const log = await open(join(dataDir, 'simulators.log'), 'a');
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../mocks/main.ts', import.meta.url))], {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { ...process.env, SIMULATORS_CONFIG: config },
  });
  let exited = false;
  child.once('exit', () => {
    exited = true;
  });
  child.unref();
  await log.close();
  await writeWhole(pidFile(dataDir), child.pid);
  const deadline = Date.now() + READY_WITHIN;
  while (!(await answers(url))) {
    if (exited || Date.now() > deadline)
      throw new Error(`The simulators did not start on port ${port}; ${join(dataDir, 'simulators.log')} says why.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return { url, pid: child.pid! };
}

export async function stopSimulators(dataDir: string): Promise<void> {
  const pid = await runningPid(dataDir);
  if (pid === null) return;
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + 5 * SECOND;
  while (isAlive(pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  await rm(pidFile(dataDir), { force: true });
}

/** The pid that was written down, if that process still is the simulators. */
async function runningPid(dataDir: string): Promise<number | null> {
  try {
    const pid = Number(await readFile(pidFile(dataDir), 'utf8'));
    if (!Number.isInteger(pid) || !isAlive(pid)) return null;
    // A pid is used again by the system: it is ours only if it runs what we started.
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'mocks/main.ts');
    return command.includes('mocks/main.ts') ? pid : null;
  } catch {
    return null;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`${url}/_health`, { signal: AbortSignal.timeout(2 * SECOND) });
    return ok;
  } catch {
    return false;
  }
}
