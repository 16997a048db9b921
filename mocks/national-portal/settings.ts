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
