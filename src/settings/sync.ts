/** @module What is carried to destinations, how long they are waited for, and how they are observed. */
import { z } from 'zod';
import { setting } from './setting.ts';
import { milliseconds } from './shapes.ts';

export const syncSettings = {
  SYNC_MODE: setting(
    z.enum(['observe', 'compare', 'send']).default('observe'),
    'What no sync policy names: observe never writes, compare lists what it would write, send writes.',
  ),
  SYNC_SETTLE_AFTER_MS: setting(
    milliseconds.default(30_000),
    'How long an unknown outcome is left to settle before the destination is asked.',
  ),
  SYNC_LEASE_MS: setting(milliseconds.default(90_000), 'How long a dossier under way belongs to one worker.'),
  SYNC_REQUEST_TIMEOUT_MS: setting(milliseconds.default(60_000), 'How long a destination may take for one call.'),
  SYNC_READ_BACK_AFTER_MS: setting(
    milliseconds.default(300_000),
    'How long after an acknowledgement the destination is read back.',
  ),
  SYNC_READ_BACKS_PER_SECOND: setting(
    z.coerce.number().int().min(1).max(1000).default(20),
    'Read-backs a second, at most.',
  ),
  OBSERVE_CALLS_PER_SECOND: setting(
    z.coerce.number().min(0.1).max(1000).default(5),
    'Questions a second by which a destination is observed, at most: its quota for reading.',
  ),
  OBSERVE_CALLS_PER_DAY: setting(
    z.coerce.number().int().min(1).max(100_000_000).default(100_000),
    'Questions a day by which a destination is observed, at most.',
  ),
  OBSERVE_LISTING_EVERY_MS: setting(
    z.coerce.number().int().min(1_000).max(86_400_000).default(1_800_000),
    'Between two sweeps of the listing of a destination that has one.',
  ),
  OBSERVE_LISTING_DAYS: setting(
    z.coerce.number().int().min(1).max(3_700).default(30),
    'How many days of receipt, back from today, such a sweep goes through.',
  ),
} as const;
