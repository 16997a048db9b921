/** @module The gateway under test as a process that kills itself where it is told to: `FAULT_POINT=after-lease:3` at the third passing. */

import { connectors } from '../../connectors/index.ts';
import { loadConfig } from '../../src/config.ts';
import { settingsOf } from '../../src/connector/registry.ts';
import { createLog } from '../../src/log.ts';
import { serve, stopOnSignal } from '../../src/main.ts';

// A test run that ends without stopping it leaves no process behind.
process.on('disconnect', () => process.exit(1));
if (!process.connected) process.exit(1);

const [faultPoint, passing] = process.env.FAULT_POINT?.split(':') ?? [];
let passings = 0;

const config = loadConfig(process.env, settingsOf(connectors));
const running = await serve({
  config,
  databaseUrl: config.DATABASE_URL!,
  secrets: { encryptionKey: config.ENCRYPTION_KEY!, auditKey: config.AUDIT_KEY! },
  publicUrl: config.PUBLIC_URL!,
  log: createLog({ level: config.LOG_LEVEL }),
  instance: process.env.INSTANCE!,
  reached(point) {
    // SIGKILL of oneself takes effect before the call returns: nothing after this point runs.
    if (point === faultPoint && ++passings === Number(passing)) process.kill(process.pid, 'SIGKILL');
  },
});
stopOnSignal(() => running.stop());
process.send!({ url: running.url });
