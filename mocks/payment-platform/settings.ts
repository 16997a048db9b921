/** @module What nobody knows of the real platform, as switches: both ways must work. */
import { z } from 'zod';

export interface PlatformSettings {
  /** The same INIT again is answered with the same page; else it is refused as taken. */
  readonly repeatsInit: boolean;
  /** A refund is done when it is asked for; else when staff do it (act `refund`). */
  readonly refundsAtOnce: boolean;
  /** A receipt is there as soon as it is paid. */
  readonly billsAtOnce: boolean;
}

export const DEFAULT_SETTINGS: PlatformSettings = { repeatsInit: true, refundsAtOnce: true, billsAtOnce: true };

export const settingsSchema = z
  .strictObject({ repeatsInit: z.boolean(), refundsAtOnce: z.boolean(), billsAtOnce: z.boolean() })
  .partial();

/** What is wrong with wanted settings, each fault with its place. */
export function settingsFaults(wanted: unknown): string[] {
  const parsed = settingsSchema.safeParse(wanted);
  return parsed.success
    ? []
    : parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
}
