/** @module A file of JSON that an installation's settings name. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** @throws Error that names the file and what is wrong in it */
export async function readSettingsFile<T>(file: string, schema: z.ZodType<T>): Promise<T> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new Error(`${file} cannot be read as JSON`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(`${file}:\n${z.prettifyError(parsed.error)}`);
}
