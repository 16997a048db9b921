/** @module Looks through every connector for what its declaration promises and no type can hold; prints file, pointer and reason. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { connectors } from '../connectors/index.ts';
import { declarationFaults, shapeFaults } from '../src/connector/declaration-faults.ts';
import type { Connector } from '../src/connector/define.ts';

interface Fault {
  readonly file: string;
  readonly pointer: string;
  readonly reason: string;
}

const FILES = ['README.md', 'connector.ts', 'wire.ts', 'mapping.ts', 'connector.test.ts'];

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
  for (const { pointer, reason } of [...shapeFaults(connector), ...declarationFaults(connector)])
    yield { file: declared, pointer, reason };
}

const faults = connectors.flatMap((connector) => [...faultsOf(connector)]);
for (const { file, pointer, reason } of faults) console.error(`${file} ${pointer}: ${reason}`);
console.log(`${connectors.length} connectors looked through, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
