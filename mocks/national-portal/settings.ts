/** @module What nobody knows of the real portal, as switches: both ways must work. */
import { z } from 'zod';
import type { Behaviour } from './dossiers.ts';

export interface PortalSettings extends Behaviour {
  /** TraCuuHoSo tells DanhSachTienDo. */
  readonly readsProgress: boolean;
  /** LayDanhSachHoSo exists. */
  readonly lists: boolean;
}

export const DEFAULT_SETTINGS: PortalSettings = {
  readsProgress: true,
  lists: true,
  keepsAbsentLists: false,
  currentBy: 'time',
};

export const settingsSchema = z
  .strictObject({
    readsProgress: z.boolean(),
    lists: z.boolean(),
    keepsAbsentLists: z.boolean(),
    currentBy: z.enum(['time', 'arrival']),
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
