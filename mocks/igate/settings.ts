/** @module How the province's iGate receives: the secrets it checks with, and what it does not want. */
import { z } from 'zod';

export interface IgateSettings {
  /** `whsec_…`; two while one is rotated. Without any it believes nobody. */
  readonly secrets: readonly string[];
  /** Dossiers of which it answers every message with HTTP 500, as a fault in its own programs would. */
  readonly refuses: readonly string[];
  /** It wants nothing more: HTTP 410. */
  readonly gone: boolean;
}

export const DEFAULT_SETTINGS: IgateSettings = { secrets: [], refuses: [], gone: false };

export const settingsSchema = z
  .strictObject({
    secrets: z.array(z.string().startsWith('whsec_')).max(2),
    refuses: z.array(z.string()),
    gone: z.boolean(),
  })
  .partial();

/** What is wrong with wanted settings, each fault with its place. */
export function settingsFaults(wanted: unknown): string[] {
  const parsed = settingsSchema.safeParse(wanted);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${key}: no such setting`)
      : [`${issue.path.join('.') || 'body'}: ${issue.message}`],
  );
}
