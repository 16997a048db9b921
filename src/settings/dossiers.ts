/** @module Dossiers: how they come in, how their days are counted, how often they are searched for. */
import { z } from 'zod';
import { setting } from './setting.ts';
import { milliseconds } from './shapes.ts';

export const dossierSettings = {
  IMPORT_BYTES_AT_MOST: setting(
    z.coerce
      .number()
      .int()
      .min(1024)
      .default(1024 ** 3),
    'The largest file of open dossiers that is taken, in bytes.',
  ),
  SHIM_STATUS_AFTER_MS: setting(
    milliseconds.default(120_000),
    'How long a status that an iGate posts to the shim without a time waits for the step that says when.',
  ),
  DEADLINE_ROUND_TO_CLOSE: setting(
    z.stringbool().default(true),
    'Whether an appointment of whole days that a pause has moved is rounded up to the close of its day.',
  ),
  DEADLINE_END_OF_DAY: setting(
    z.enum(['office-close', 'midnight']).default('office-close'),
    'When the last day of a limit of whole days ends.',
  ),
  SEARCH_TRIES_PER_CITIZEN: setting(
    z.coerce.number().int().min(1).max(100_000).default(10),
    'How often within an hour a dossier is searched for with one personal number.',
  ),
  SEARCH_TRIES_PER_ADDRESS: setting(
    z.coerce.number().int().min(1).max(1_000_000).default(100),
    'How often within an hour dossiers are searched for from one address: X-Citizen-Address, else the caller’s own.',
  ),
} as const;
