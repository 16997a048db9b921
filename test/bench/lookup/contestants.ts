/** @module Who is measured on one lookup: the gateway with everything on, and what people put in front of a registry instead, which does less. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileOf, freePort, type Started, startModule, startProgram, untilAnswers } from '../processes.ts';
import type { Stage } from '../stage.ts';
import { PATH, UPSTREAM_PATH } from './connector.ts';
import { startGateway } from './gateway.ts';

/** A contestant that answers. */
export interface LookupContestant {
  readonly process: Started;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly tokens: readonly string[];
}

export interface LookupContestantDeclaration {
  /** One name for each of the contestants that it starts. */
  readonly names: readonly string[];
  start(stage: Stage, upstreamUrl: string, nodeFlags?: readonly string[]): Promise<LookupContestant[]>;
}

export const GATEWAY = 'gateway, token remembered';
export const GATEWAY_ANEW = 'gateway, every token new';

export const ACCESS = { 'x-purpose': 'dossier-processing', 'x-dossier': 'H15.50-260310-0001', 'x-officer': 'cb-204' };

export const BODY_OF_OURS = JSON.stringify({ personalId: '066090000123', name: 'Nguyễn Văn An' });

const gateway: LookupContestantDeclaration = {
  names: [GATEWAY, GATEWAY_ANEW],
  async start(stage, upstreamUrl, nodeFlags = []) {
    const { process, port, tokens } = await startGateway(stage, upstreamUrl, nodeFlags);
    const shared = { process, port, path: PATH, headers: ACCESS, body: BODY_OF_OURS };
    return [
      { ...shared, tokens: tokens.remembered },
      { ...shared, tokens: tokens.forgotten },
    ];
  },
};

const BODY = JSON.stringify({ soDinhDanh: '066090000123', hoTen: 'Nguyễn Văn An' });

function peer(
  name: string,
  run: (stage: Stage, port: number, upstreamUrl: string) => Promise<Started>,
  health = '/health',
) {
  return {
    names: [name],
    async start(stage: Stage, upstreamUrl: string) {
      const port = await freePort();
      const process = await run(stage, port, upstreamUrl);
      await untilAnswers(`http://127.0.0.1:${port}${health}`, process);
      return [{ process, port, path: UPSTREAM_PATH, headers: {}, body: BODY, tokens: [] }];
    },
  } satisfies LookupContestantDeclaration;
}

const module =
  (path: string, env: Record<string, string> = {}) =>
  async (stage: Stage, port: number, upstreamUrl: string) =>
    startModule(path, {
      logFile: join(stage.folder, 'lookup-peer.log'),
      env: { PORT: String(port), UPSTREAM_URL: upstreamUrl, ...env },
    });

async function nginx(stage: Stage, port: number, upstreamUrl: string): Promise<Started> {
  const folder = join(stage.folder, 'nginx');
  await mkdir(folder, { recursive: true });
  const config = join(folder, 'nginx.conf');
  await writeFile(config, nginxConfig(folder, port, new URL(upstreamUrl).host));
  return startProgram(await nginxProgram(), ['-p', folder, '-c', config, '-g', 'daemon off;'], {
    logFile: join(folder, 'nginx.log'),
  });
}

/** One worker, as the other contestants are one process; connections to the upstream kept alive. */
const nginxConfig = (folder: string, port: number, upstream: string): string => `
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  keepalive_requests 10000000;
  upstream registry { server ${upstream}; keepalive 64; keepalive_requests 10000000; }
  server {
    listen 127.0.0.1:${port};
    location = /health { return 200; }
    location / {
      proxy_pass http://registry;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`;

/** Debian's, installed where it may be. @throws where there is none */
async function nginxProgram(): Promise<string> {
  const found = (): string | undefined =>
    [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].map((folder) => join(folder, 'nginx')).find(existsSync);
  if (found() === undefined && process.getuid?.() === 0)
    // It is not to start a server of its own by being installed.
    spawnSync('apt-get', ['-q', '-y', 'install', '--no-install-recommends', 'nginx'], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
    });
  const program = found();
  if (program === undefined) throw new Error('nginx is missing: apt-get install nginx');
  return program;
}

const PLATFORMATIC = 'test/bench/lookup/platformatic';

async function platformatic(stage: Stage, port: number, upstreamUrl: string): Promise<Started> {
  if (!existsSync(fileOf(`${PLATFORMATIC}/node_modules`)))
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: fileOf(PLATFORMATIC) });
  return module(`${PLATFORMATIC}/start.js`)(stage, port, upstreamUrl);
}

export const STREAMING = 'bare fastify and undici, streaming';
export const BUFFERING = 'bare fastify and undici, buffering';
export const HTTP_PROXY = '@fastify/http-proxy';
export const EXPRESS = 'express and http-proxy-middleware';
export const NGINX = 'nginx proxy_pass';
export const PLATFORMATIC_GATEWAY = '@platformatic/gateway';

export const lookupContestants: readonly LookupContestantDeclaration[] = [
  gateway,
  peer(STREAMING, module('test/bench/lookup/fastify-process.ts', { WAY: 'streaming' })),
  peer(BUFFERING, module('test/bench/lookup/fastify-process.ts', { WAY: 'buffering' })),
  peer(HTTP_PROXY, module('test/bench/lookup/http-proxy-process.ts')),
  peer(EXPRESS, module('test/bench/lookup/express-process.ts')),
  peer(NGINX, nginx),
  peer(PLATFORMATIC_GATEWAY, platformatic, '/people/health'),
];
