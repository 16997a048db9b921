/** @module The limit that an agreement names: counted where the installation says it, so that it is never run into. */
import { z } from 'zod';
import type { Bilingual } from '../errors.ts';
import type { Limit } from './quota.ts';

/** The setting, for connectors whose owner publishes no limit and agrees on one. */
export const callsPerDay = z.coerce
  .number()
  .int()
  .min(1)
  .optional()
  .meta({ description: 'Calls a day that the agreement with its owner allows; without it none is counted' });

/** The limit of that setting. @param owner who set it */
export const agreedLimit = (owner: Bilingual): Limit<{ readonly CALLS_PER_DAY?: number | undefined }> => ({
  id: 'agreed-per-day',
  title: { vi: `Theo thỏa thuận với ${owner.vi}, lượt gọi`, en: `By the agreement with ${owner.en}, calls` },
  per: 'day',
  amount: ({ CALLS_PER_DAY }) => CALLS_PER_DAY ?? null,
});
