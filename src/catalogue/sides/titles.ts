/** @module What outside systems are called (data/systems.csv); one that does not stand there goes by its name. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Bilingual } from '../../errors.ts';

const rows = z.array(z.object({ id: z.string(), name_vi: z.string(), name_en: z.string() }));

let known: ReadonlyMap<string, Bilingual> | null = null;

function read(): ReadonlyMap<string, Bilingual> {
  const file = readFileSync(new URL('../../../data/systems.csv', import.meta.url), 'utf8');
  const systems = rows.parse(parse(file, { columns: true, bom: true }));
  return new Map(systems.map(({ id, name_vi: vi, name_en: en }) => [id, { vi, en }]));
}

export function systemTitle(name: string): Bilingual {
  known ??= read();
  return known.get(name) ?? { vi: name, en: name };
}
