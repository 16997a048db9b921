/** @module Fees, the accounts that are credited, and how long a payment may take. */
import { z } from 'zod';
import { setting } from './setting.ts';
import { milliseconds } from './shapes.ts';

export const paymentSettings = {
  FEES_FILE: setting(
    z.string().optional(),
    'JSON with fees, groups of payers and reductions, as data/demo/fees.json; without it no fee is quoted.',
    { example: '/etc/lienthong/fees.json' },
  ),
  BENEFICIARY_ACCOUNTS_FILE: setting(
    z.string().optional(),
    'JSON with the account that payments to each agency are credited to, as data/demo/beneficiary-accounts.json; without it none is asked for.',
    { example: '/etc/lienthong/beneficiary-accounts.json' },
  ),
  PAYMENTS_PAGE_MINUTES: setting(
    z.coerce.number().int().min(1).max(10_080).default(30),
    'How long a payment page can be paid at; after it the platform is asked a last time.',
  ),
  PAYMENTS_ASK_AFTER_MS: setting(
    milliseconds.default(30_000),
    'After how long a payment that is open or unknown is first asked about; later pauses grow to an hour.',
  ),
} as const;
