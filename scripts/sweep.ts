/** @module Looks through every connector for what its declaration promises and no type can hold; prints file, pointer and reason. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { connectors } from '../connectors/index.ts';
import type { Connector } from '../src/connector/define.ts';

interface Fault {
  readonly file: string;
  readonly pointer: string;
  readonly reason: string;
}

const FILES = ['README.md', 'connector.ts', 'wire.ts', 'mapping.ts', 'connector.test.ts'];
/** A setting of such a name must never be shown. */
const SECRET_NAME = /SECRET|PASSWORD|TOKEN|SECURITY_CODE/;

const rows = z
  .array(z.looseObject({ id: z.string(), wire: z.string() }))
  .parse(parse(readFileSync(new URL('../data/systems.csv', import.meta.url), 'utf8'), { columns: true, bom: true }));
const systems = new Map(rows.map((row) => [row.id, row]));

function* faultsOf(connector: Connector): Generator<Fault> {
  const folder = `connectors/${connector.name}`;
  const declared = `${folder}/connector.ts`;
  for (const name of FILES) {
    const file = `${folder}/${name}`;
    if (!existsSync(new URL(`../${file}`, import.meta.url))) yield { file, pointer: '/', reason: 'is missing' };
  }
  const system = systems.get(connector.name);
  if (!system) yield { file: declared, pointer: '/name', reason: 'is no system of data/systems.csv' };
  else if (!system.wire.startsWith(connector.wire.confidence))
    yield { file: declared, pointer: '/wire/confidence', reason: `data/systems.csv says ${system.wire}` };
  if (connector.capabilities.length === 0) yield { file: declared, pointer: '/capabilities', reason: 'is empty' };
  if (connector.capabilities.includes('portal') !== (connector.portal !== undefined))
    yield { file: declared, pointer: '/portal', reason: 'does not agree with the capabilities' };
  for (const [key, schema] of Object.entries(connector.settings.shape)) {
    const pointer = `/settings/${key}`;
    const meta = (schema as { meta(): { description?: string; secret?: boolean } | undefined }).meta();
    if (!/^[A-Z][A-Z0-9_]*$/.test(key))
      yield { file: declared, pointer, reason: 'is no name of an environment variable' };
    if (!meta?.description) yield { file: declared, pointer, reason: 'has no description' };
    if (SECRET_NAME.test(key) && meta?.secret !== true)
      yield { file: declared, pointer, reason: 'is not marked secret' };
  }
  yield* webhookFaults(connector, declared);
}

/** The example of a webhook must be what the webhook takes. */
function* webhookFaults(connector: Connector, file: string): Generator<Fault> {
  const { webhook } = connector;
  if (!webhook) return;
  const { operation = null } = webhook.example;
  if (webhook.proof === 'path-code' && !webhook.operations?.includes(operation ?? ''))
    yield { file, pointer: '/webhook/example/operation', reason: 'is none of its operations' };
  const mapped = webhook.map({
    operation,
    body: Buffer.from(JSON.stringify(webhook.example.body)),
    receivedAt: Date.now(),
    settings: connector.settings.parse({}),
    language: 'en',
  });
  if (!('commands' in mapped))
    yield { file, pointer: '/webhook/example/body', reason: `is not taken: ${JSON.stringify(mapped)}` };
}

const faults = connectors.flatMap((connector) => [...faultsOf(connector)]);
for (const { file, pointer, reason } of faults) console.error(`${file} ${pointer}: ${reason}`);
console.log(`${connectors.length} connectors looked through, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
