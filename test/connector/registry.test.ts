/** @module Connectors from outside: any module whose default export fits; one that does not is named with what is wrong. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectors as shipped } from '../../connectors/index.ts';
import { ConfigError, loadConfig } from '../../src/config.ts';
import { installedConnectors, settingsOf } from '../../src/connector/registry.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lienthong-outside-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A connector as another party would ship it: JavaScript, its own zod, no import of ours. */
async function moduleWith(file: string, changes: string): Promise<string> {
  const path = join(folder, file);
  await writeFile(
    path,
    `import { z } from ${JSON.stringify(import.meta.resolve('zod'))};
     const connector = {
       name: 'weather', title: { vi: 'Thời tiết', en: 'Weather' }, capabilities: ['lookup'],
       wire: { version: '1', confidence: 'ours', note: { vi: 'Thử', en: 'A trial' } },
       settings: z.object({ BASE_URL: z.url().optional().meta({ description: 'Where it lives' }) }),
       baseUrl: ({ BASE_URL }) => BASE_URL ?? null, timeoutMs: 2000, connections: 2,
       probe: async ({ upstream }) => { await upstream.json({ operation: 'health', method: 'GET', path: '/' }); },
       operations: [{
         id: 'readWeather', capability: 'lookup', method: 'GET', path: '/v1/weather/:place',
         summary: { vi: 'Đọc', en: 'Read' }, scope: 'lookup.read-weather', params: z.object({ place: z.string() }),
         output: z.object({ celsius: z.number() }), effect: 'read', personalData: false,
         example: { params: { place: 'hue' } }, errors: [], run: async () => ({ celsius: 30 }),
       }],
     };
     ${changes}
     export default connector;`,
  );
  return path;
}

const refusalOf = async (module: string): Promise<string> => {
  const error = await installedConnectors({ CONNECTORS: module }).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message;
};

it('adds what the settings name after what is shipped, with settings of its own', async () => {
  const module = await moduleWith('good.mjs', '');
  const connectors = await installedConnectors({ CONNECTORS: ` ${module} ,` });
  expect(connectors.map(({ name }) => name)).toEqual([...shipped.map(({ name }) => name), 'weather']);
  const config = loadConfig({ WEATHER_BASE_URL: 'http://127.0.0.1:1/' }, settingsOf(connectors));
  expect(config.connectors.weather).toEqual({ BASE_URL: 'http://127.0.0.1:1/' });
  expect(await installedConnectors({})).toEqual(shipped);
});

it.each([
  ['title', "connector.title = 'Weather';", '/title'],
  ['capability', "connector.capabilities = ['weather'];", '/capabilities/0'],
  ['settings', 'connector.settings = {};', '/settings must be a z.object'],
  ['operation', 'connector.operations[0].run = null;', '/operations/0/run must be a function'],
  ['probe', 'delete connector.probe;', '/probe is missing'],
  ['scope', "connector.operations[0].scope = 'weather.read';", '/operations/0/scope must begin with lookup.'],
  ['example', 'connector.operations[0].example = {};', '/operations/0/example is not taken at params place'],
  [
    'personal',
    'connector.operations[0].personalData = true;',
    '/operations/0/method personal data stands in no address',
  ],
  [
    'secret',
    "connector.settings = z.object({ PASSWORD: z.string().meta({ description: 'x' }) });",
    '/settings/PASSWORD is not marked secret',
  ],
  ['name', "connector.name = 'land-registry';", 'is named land-registry, as another connector is'],
])('says what does not fit: %s', async (file, changes, reason) => {
  expect(await refusalOf(await moduleWith(`${file}.mjs`, changes))).toContain(reason);
});

it('says which module cannot be loaded, and which is no connector, all at once', async () => {
  const message = await refusalOf('lienthong-connector-absent,zod');
  expect(message).toContain('CONNECTORS: lienthong-connector-absent cannot be loaded');
  expect(message).toContain('CONNECTORS: zod exports no connector by default');
});
