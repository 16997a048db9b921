/** @module `npm run replay -- daklak-2026-q1 [--sample 0.01]`: a real quarter's figures, from invented dossiers through the whole product. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { IGATE_SCOPES, putClient } from '../../src/access/clients.ts';
import { openPool } from '../../src/db/pool.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import { ACCOUNT } from '../bench/portal.ts';
import { freePort, startModule, untilAnswers } from '../bench/processes.ts';
import { openStage, type Stage } from '../bench/stage.ts';
import { printReplay } from './print.ts';
import { readPublished } from './published.ts';
import { replay } from './replay.ts';
import type { Target } from './target.ts';

const share = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('more than 0, at most 1');
  return value;
};

const program = new Command('replay')
  .argument('<report>', 'the published report, such as daklak-2026-q1')
  .option('--sample <share>', 'the share of its dossiers', share, 1)
  .option('--seed <n>', 'what is invented depends on it alone', Number, 2026)
  .parse();

const published = readPublished(program.args[0]!);
const { sample, seed } = program.opts<{ sample: number; seed: number }>();
const begun = Date.now();
let shown = '';
const progress = (stage: string, done: number): void => {
  const bar = '█'.repeat(Math.floor(done * 30)).padEnd(30, '·');
  const line = `${stage.padEnd(36)} ${bar} ${String(Math.floor(done * 100)).padStart(3)} %`;
  if (line === shown) return;
  shown = line;
  process.stdout.write(`\r${line}${done >= 1 ? `  ${Math.round((Date.now() - begun) / 1000)} s\n` : ''}`);
};

const stage = await openStage();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stage.close().finally(() => process.exit(130)));
try {
  const target = await startGateway(stage);
  const replayed = await replay(target, published, { sample, seed, shuffle: 0, progress });
  await target.database.end();
  const isExact = printReplay(published, replayed, (line) => process.stdout.write(`${line}\n`));
  process.exitCode = isExact ? 0 : 1;
} finally {
  await stage.close();
}

/** What a new production install has, but for the mode: it sends. */
async function startGateway(onStage: Stage): Promise<Target> {
  const port = await freePort();
  const databaseUrl = await onStage.newDatabase();
  const gateway = `http://127.0.0.1:${port}`;
  const started = startModule('bin/lienthong.js', {
    args: ['serve'],
    logFile: join(onStage.folder, 'gateway.log'),
    env: {
      PORT: String(port),
      DATA_DIR: onStage.folder,
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      AUDIT_KEY: randomBytes(32).toString('hex'),
      LOG_LEVEL: 'warn',
      SYNC_MODE: 'send',
      NATIONAL_PORTAL_BASE_URL: `${onStage.portal.url}/national-portal`,
      NATIONAL_PORTAL_USERNAME: ACCOUNT.username,
      NATIONAL_PORTAL_PASSWORD: ACCOUNT.password,
      NATIONAL_PORTAL_UNIT: ACCOUNT.madonvi,
    },
  });
  await untilAnswers(`${gateway}/health/ready`, started);
  const database = openPool(databaseUrl, { max: 4, applicationName: 'replay', statementTimeoutMs: 0 });
  const secret = randomBytes(16).toString('hex');
  const scopes = [...IGATE_SCOPES];
  await putClient(database, { clientId: 'replay', secretHash: hashSecret(secret), scopes, agencies: ['H15'] });
  const answer = await fetch(`${gateway}/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`replay:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return { gateway, simulators: onStage.portal.url, token, database };
}
