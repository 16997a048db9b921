/** @module What the demo keeps in DATA_DIR: its secrets, how to find its simulators, and what drives it. */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { newPassword } from '../access/password.ts';
import { newSecret } from '../access/second-factor.ts';

const secretsSchema = z.object({
  encryptionKey: z.string(),
  auditKey: z.string(),
  instance: z.string(),
  igateSecret: z.string(),
  operatorSecret: z.string(),
  auditorSecret: z.string(),
  webhookSecret: z.string(),
  securityCode: z.string(),
  portalPassword: z.string(),
  personPassword: z.string(),
  adminSecondFactor: z.string(),
});
/** Made once for a DATA_DIR; every start works with the same. */
export type DemoSecrets = z.output<typeof secretsSchema>;

const secretsFile = (dataDir: string): string => join(dataDir, 'secrets.json');
const random = (bytes: number): string => randomBytes(bytes).toString('base64url');

export async function demoSecrets(dataDir: string): Promise<DemoSecrets> {
  const file = secretsFile(dataDir);
  const kept = await keptSecrets(dataDir);
  const secrets: DemoSecrets = {
    encryptionKey: randomBytes(32).toString('base64'),
    auditKey: random(32),
    instance: `demo-${random(6)}`,
    igateSecret: random(24),
    operatorSecret: random(24),
    auditorSecret: random(24),
    webhookSecret: `whsec_${randomBytes(32).toString('base64')}`,
    securityCode: random(18),
    portalPassword: random(18),
    personPassword: newPassword(),
    adminSecondFactor: newSecret(),
    ...kept,
  };
  if (Object.keys(kept).length < Object.keys(secrets).length) await writeWhole(file, secrets);
  return secrets;
}

/** Those that a start before has made; an older version made fewer. */
async function keptSecrets(dataDir: string): Promise<Partial<DemoSecrets>> {
  const file = secretsFile(dataDir);
  try {
    return secretsSchema.partial().parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`${file} cannot be read; start with --fresh to make a new one`, { cause: error });
  }
}

const running = z.object({ gateway: z.url(), simulators: z.url() });
/** Where the demo of a DATA_DIR answers. */
export type RunningDemo = z.output<typeof running>;

const runningFile = (dataDir: string): string => join(dataDir, 'demo.json');

/** For whoever drives the demo; it stands there while the demo runs. */
export const writeRunning = (dataDir: string, demo: RunningDemo & Readonly<Record<string, unknown>>): Promise<void> =>
  writeWhole(runningFile(dataDir), demo);

/** Rejects where none runs. */
export const readRunning = async (dataDir: string): Promise<RunningDemo> =>
  running.parse(JSON.parse(await readFile(runningFile(dataDir), 'utf8')));

/** Written beside and renamed, so that a reader never sees half of it. */
export async function writeWhole(file: string, value: unknown): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
