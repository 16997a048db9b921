/** @module The simulators as a process: reads its configuration, listens, ends in order on SIGTERM or SIGINT. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { buildSimulators } from './server.ts';

const webhookSchema = z.strictObject({ url: z.string().min(1), secret: z.string().min(1).optional() });

/** The file named by `SIMULATORS_CONFIG`; without it: port 8090, memory only, nobody to push to. */
const optionsSchema = z.strictObject({
  port: z.int().min(0).max(65_535).optional(),
  dataDir: z.string().min(1).optional(),
  webhooks: z.record(z.string(), webhookSchema).optional(),
  portal: z
    .strictObject({ username: z.string().min(1), password: z.string().min(1), madonvi: z.string().min(1) })
    .optional(),
  accounts: z.record(z.string(), z.strictObject({ key: z.string().min(1), secret: z.string().min(1) })).optional(),
});

const say = (facts: Readonly<Record<string, unknown>>): void => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...facts })}\n`);
};

function fail(message: string): never {
  process.stderr.write(`simulators: ${message}\n`);
  process.exit(1);
}

function readOptions(): z.infer<typeof optionsSchema> {
  const path = process.env.SIMULATORS_CONFIG;
  if (path === undefined) return {};
  try {
    const parsed = optionsSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : fail(`${path}:\n${z.prettifyError(parsed.error)}`);
  } catch (error) {
    return fail(`cannot read SIMULATORS_CONFIG ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

const simulators = buildSimulators(readOptions(), say);
try {
  say({ listening: await simulators.listen(), pid: process.pid });
} catch (error) {
  fail(`cannot listen: ${error instanceof Error ? error.message : error}`);
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    void simulators.close().then(() => process.exit(0));
  });
}
