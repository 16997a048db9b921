/** @module What is wrong with the settings that someone wants for a system. */
import type { z } from 'zod';

/** Each fault with its place; empty when the settings can be kept. */
export function settingsFaults(schema: z.ZodType, wanted: unknown): string[] {
  const parsed = schema.safeParse(wanted);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${key}: no such setting`)
      : [`${issue.path.join('.') || 'body'}: ${issue.message}`],
  );
}
