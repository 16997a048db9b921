/** @module Sees to the programs that the tests want beside npm's packages: installs them where it may, names them where it may not. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

type Requirement = { debianPackage: string; purpose: string; isPresent: () => boolean };

const requirements: Requirement[] = [
  {
    debianPackage: 'postgresql',
    purpose: 'the migrations on a PostgreSQL that is not the embedded one',
    isPresent: () =>
      existsSync('/usr/lib/postgresql') &&
      readdirSync('/usr/lib/postgresql').some((release) => existsSync(`/usr/lib/postgresql/${release}/bin/initdb`)),
  },
  {
    debianPackage: 'redis-server',
    purpose: 'what replicas share, lost and found again',
    isPresent: () => isOnPath('redis-server'),
  },
  {
    debianPackage: 'chromium',
    purpose: 'the console in a real browser',
    isPresent: () => isOnPath('chromium') || isOnPath('chromium-browser') || isOnPath('google-chrome'),
  },
  ...['curl', 'jq', 'unzip', 'openssl'].map((program) => ({
    debianPackage: program,
    purpose: 'what the pages for operators tell to type',
    isPresent: () => isOnPath(program),
  })),
];

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

function missing(): Requirement[] {
  return requirements.filter((requirement) => !requirement.isPresent());
}

/** True where the package manager said that it did what was asked. */
function aptGet(...args: string[]): boolean {
  // Its words go to stderr: our caller's stdout is for the tests.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', ['-q', '-y', ...args], { env, stdio: ['ignore', 2, 2] }).status === 0;
}

// What judges the OpenAPI document from outside stands in a package of its own.
const JUDGES = new URL('../test/conformance/tools/', import.meta.url);
if (!existsSync(new URL('node_modules', JUDGES))) {
  console.error('pretest: installing what judges the OpenAPI document');
  spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: JUDGES, stdio: ['ignore', 2, 2] });
}

const wanted = missing().map((requirement) => requirement.debianPackage);
if (wanted.length > 0 && process.getuid?.() === 0 && isOnPath('apt-get')) {
  console.error(`pretest: installing ${wanted.join(', ')}`);
  // The lists of a fresh image are empty; those of a used one are mostly good enough.
  if (!aptGet('install', '--no-install-recommends', ...wanted)) {
    aptGet('update');
    aptGet('install', '--no-install-recommends', ...wanted);
  }
}

const left = missing();
if (left.length > 0) {
  console.error('pretest: these programs are missing, and the tests that need them will fail:');
  for (const { debianPackage, purpose } of left) console.error(`  ${debianPackage.padEnd(14)} ${purpose}`);
  console.error(
    `To get them on Debian or Ubuntu: sudo apt-get install ${left.map((one) => one.debianPackage).join(' ')}`,
  );
}
