/**
 * @module `npm run fuzz -- --requests 100000 --seed 1`: a whole gateway with simulators is started in a folder of its own and sent
 * requests that are made from its OpenAPI document; what is not answered as promised is printed, and the exit code is 1.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { fuzz } from './fuzz.ts';
import { bytes, MALFORMED, sendRaw } from './raw.ts';
import type { Tokens } from './requests.ts';

interface Demo {
  readonly gateway: string;
  readonly clients: Readonly<Record<string, { readonly clientId: string; readonly clientSecret: string }>>;
}

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    raw: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    port: { type: 'string', default: '8380' },
  },
});
const [requests, raw, seed, port] = [values.requests, values.raw, values.seed, values.port].map(Number) as [
  number,
  number,
  number,
  number,
];
const dataDir = await mkdtemp(join(tmpdir(), 'lienthong-fuzz-'));
const gateway = spawn(process.execPath, [resolve('bin/lienthong.js'), 'start'], {
  env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), SIMULATORS_PORT: String(port + 1), LOG_LEVEL: 'error' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
/** What the gateway says of its own failures. */
const failures: string[] = [];
createInterface({ input: gateway.stdout }).on('line', (line) => {
  if (line.includes('"level":50') && !line.includes('provider-not-configured')) failures.push(line);
});
const ended = once(gateway, 'exit').then(() => {
  throw new Error('the gateway ended by itself');
});
try {
  const demo = (await Promise.race([demoFile(), ended])) as Demo;
  const PIECE = 10_000;
  const statuses: Record<number, number> = {};
  const findings = new Map<string, { times: number; request: string }>();
  let neverTaken: readonly string[] | null = null;
  const began = Date.now();
  // A token lives an hour: each piece has its own.
  for (let done = 0; done < requests; done += PIECE) {
    const tokens = await tokensOf(demo);
    const piece = Math.min(PIECE, requests - done);
    const result = await Promise.race([fuzz({ url: demo.gateway, tokens, requests: piece, seed: seed + done }), ended]);
    for (const [status, n] of Object.entries(result.statuses))
      statuses[Number(status)] = (statuses[Number(status)] ?? 0) + n;
    for (const { fault, times, request } of result.findings)
      findings.set(fault, {
        times: times + (findings.get(fault)?.times ?? 0),
        request: findings.get(fault)?.request ?? request,
      });
    neverTaken = result.neverTaken.filter((id) => neverTaken?.includes(id) ?? true);
    console.log(`${done + piece} requests, ${Math.round((Date.now() - began) / 1000)} s, ${findings.size} findings`);
  }
  for (const sent of [...MALFORMED, ...fc.sample(bytes, { numRuns: raw, seed })]) {
    const { status, ended: isEnded } = await sendRaw(demo.gateway, sent, 5_000);
    if (!isEnded || (status ?? 0) >= 500)
      findings.set(`bytes were answered ${status}, ended: ${isEnded}`, {
        times: 1,
        request: String(sent).slice(0, 500),
      });
  }
  for (const [fault, { times, request }] of findings) console.log(`\n${fault} (${times} times)\n  ${request}`);
  console.log(
    `\nseed ${seed}, ${requests} requests and ${raw + MALFORMED.length} connections of bytes; answers by status:`,
  );
  console.log(JSON.stringify(statuses));
  for (const line of failures.slice(0, 20)) console.log(line.slice(0, 3_000));
  console.log(`operations of which nothing was taken: ${neverTaken?.join(', ') || 'none'}`);
  console.log(findings.size === 0 ? 'no finding' : `${findings.size} findings`);
  process.exitCode = findings.size === 0 ? 0 : 1;
} finally {
  ended.catch(() => {});
  if (gateway.exitCode === null) {
    gateway.kill('SIGTERM');
    await once(gateway, 'exit');
  }
  await rm(dataDir, { recursive: true, force: true });
}

/** Written when everything answers. */
async function demoFile(): Promise<Demo> {
  const file = join(dataDir, 'demo.json');
  for (;;) {
    try {
      await access(file);
      return JSON.parse(await readFile(file, 'utf8')) as Demo;
    } catch {
      await pause(200);
    }
  }
}

async function tokensOf({ gateway: url, clients }: Demo): Promise<Tokens> {
  const tokens = new Map<string, string>();
  const ask = async (
    client: Demo['clients'][string],
    scope?: string,
  ): Promise<{ access_token: string; scope: string }> => {
    const answer = await fetch(`${url}/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope && { scope }) }).toString(),
    });
    return (await answer.json()) as { access_token: string; scope: string };
  };
  for (const client of Object.values(clients)) {
    const { access_token: token, scope } = await ask(client);
    for (const one of scope.split(' ')) tokens.set(one, token);
  }
  const [first, second] = tokens.keys();
  const client = Object.values(clients)[0]!;
  const [narrow, other] = [await ask(client, first!), await ask(client, second!)];
  return {
    of: (scope) => tokens.get(scope) ?? [...tokens.values()][0]!,
    without: (scope) => (scope === first ? other : narrow).access_token,
  };
}
