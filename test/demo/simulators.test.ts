/** @module The simulators as the demo starts them: a process of its own, with the configuration that the demo writes. */
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { demoSecrets } from '../../src/demo/files.ts';
import { ensureSimulators, stopSimulators } from '../../src/demo/simulators.ts';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

it('start with what the demo tells them, and are found again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'lienthong-simulators-'));
  onTestFinished(async () => {
    await stopSimulators(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  });
  const options = {
    dataDir,
    port: await freePort(),
    gatewayUrl: 'http://127.0.0.1:9',
    secrets: await demoSecrets(dataDir),
  };
  const started = await ensureSimulators(options);
  const { items } = (await (await fetch(`${started.url}/_systems`)).json()) as { items: object[] };
  expect(items.length).toBeGreaterThan(5);
  expect(await ensureSimulators(options)).toEqual(started);
});
