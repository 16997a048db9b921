/** @module Reading the settings. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig } from '../src/config.ts';
import { groups, settings } from '../src/settings/all.ts';
import { envExample } from '../src/settings/example.ts';

const portal = {
  'national-portal': z.object({
    baseUrl: z.url().meta({ description: 'Where the portal is.' }),
    password: z.string().min(8).meta({ description: 'Its password.', secret: true }),
    chunk: z.coerce.number().default(10),
  }),
};

function problemsOf(env: Record<string, string>, connectors = {}) {
  try {
    loadConfig(env, connectors);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the settings were taken');
}

test('without any setting the defaults hold', () => {
  expect(loadConfig({})).toMatchObject({
    HOST: '127.0.0.1',
    PORT: 8080,
    ROLE: 'all',
    LOG_LEVEL: 'info',
    SYNC_MODE: 'observe',
  });
});

test('all faults are named at once', () => {
  const { problems } = problemsOf({ PORT: 'high', ROLE: 'boss', DATABASE_URL: 'mysql://x' }, portal);
  expect(problems.map(({ key }) => key)).toEqual([
    'PORT',
    'ROLE',
    'DATABASE_URL',
    'NATIONAL_PORTAL_BASE_URL',
    'NATIONAL_PORTAL_PASSWORD',
  ]);
});

test('a secret is never echoed', () => {
  const error = problemsOf({ ENCRYPTION_KEY: 'hunter2', NATIONAL_PORTAL_PASSWORD: 'tiny77' }, portal);
  expect(error.message).not.toMatch(/hunter2|tiny77/);
});

test('a secret may come from a file, but not twice', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'lienthong-config-')), 'password');
  writeFileSync(path, 'from-the-file\n');
  const env = { NATIONAL_PORTAL_BASE_URL: 'https://portal.example.vn', NATIONAL_PORTAL_PASSWORD_FILE: path };
  expect(loadConfig(env, portal).connectors['national-portal']).toEqual({
    baseUrl: 'https://portal.example.vn',
    password: 'from-the-file',
    chunk: 10,
  });
  expect(problemsOf({ ...env, NATIONAL_PORTAL_PASSWORD: 'from-the-environment' }, portal).problems).toHaveLength(1);
  expect(problemsOf({ ...env, NATIONAL_PORTAL_PASSWORD_FILE: '/nowhere' }, portal).message).toContain('ENOENT');
});

test('an empty variable is an absent one', () => {
  expect(loadConfig({ PORT: '', DATABASE_URL: '' })).toMatchObject({ PORT: 8080, DATABASE_URL: undefined });
});

test('the example file names every setting and can be read as it stands', () => {
  const text = envExample(portal);
  const shown = Object.fromEntries(
    text
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => line.split(/=(.*)/s)),
  );
  expect(loadConfig(shown)).toEqual(loadConfig({}));
  expect(text).toContain('# Where the portal is. Required.\n# NATIONAL_PORTAL_BASE_URL=');
});

test('no setting stands under two headings', () => {
  const keys = Object.values(groups).flatMap((group) => Object.keys(group));
  expect(keys.toSorted()).toEqual(Object.keys(settings).toSorted());
});
