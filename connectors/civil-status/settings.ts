/** @module What an installation says of its civil status system. */
import { z } from 'zod';
import { callsPerDay } from '../../src/connector/agreed-limit.ts';

const MINUTE = 60_000;

/** No document gives the addresses: these are names as public source code has them. */
const path = (description: string) =>
  z
    .string()
    .regex(/^\/[\w./-]*$/)
    .meta({ description: `${description}, below BASE_URL` });
const milliseconds = z.coerce
  .number()
  .int()
  .min(200)
  .max(24 * 60 * MINUTE);

export const settings = z.object({
  CALLS_PER_DAY: callsPerDay,
  BASE_URL: z
    .url()
    .optional()
    .meta({ description: 'Address of the civil status system, e.g. through the LGSP adapter' }),
  USERNAME: z.string().default('').meta({ description: 'Account of the province' }),
  PASSWORD: z.string().default('').meta({ description: 'Password of that account', secret: true }),
  PROVINCE: z
    .string()
    .regex(/^\d{0,3}$/)
    .default('')
    .meta({ description: 'maTinh: the province’s code, e.g. 66' }),
  TIMES_ARE: z
    .enum(['utc', 'local'])
    .default('local')
    .meta({ description: 'What its times mean: UTC, or the time in Viet Nam' }),
  POLL_BATCH: z.coerce
    .number()
    .int()
    .min(1)
    .max(50)
    .default(10)
    .meta({ description: 'Dossiers asked about in one call; one-gates are seen to ask about three' }),
  POLL_MIN_MS: milliseconds
    .default(1 * MINUTE)
    .meta({ description: 'The shortest time between two questions about a dossier, after something moved' }),
  POLL_MAX_MS: milliseconds
    .default(30 * MINUTE)
    .meta({ description: 'The longest time between two questions about a dossier, while nothing moves' }),
  PATH_LOGIN: path('Where it is logged in to').default('/login'),
  PATH_REFRESH: path('Where the next token is given').default('/refresh-token'),
  PATH_SUBMIT: path('Where dossiers are pushed').default('/dongBoHoSo'),
  PATH_POLL: path('Where dossiers are asked about').default('/layKetQua'),
  PATH_LOOKUP: path('Where the books are looked up').default('/traCuuHoTich'),
  PATH_WITHDRAW: z
    .string()
    .regex(/^(\/[\w./-]*)?$/)
    .default('')
    .meta({ description: 'Where withdrawals are taken, below BASE_URL; empty: it takes none' }),
});
export type Settings = z.output<typeof settings>;
