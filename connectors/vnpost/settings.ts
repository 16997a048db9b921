/** @module What an installation says of its contract with VnPost. */
import { z } from 'zod';
import { callsPerDay } from '../../src/connector/agreed-limit.ts';

const seconds = z.coerce.number().int().min(1).max(86_400);

export const settings = z.object({
  BASE_URL: z.url().optional().meta({ description: 'Address of VnPost’s services' }),
  CUSTOMER_CODE: z.string().default('').meta({ description: 'Code of the province as a customer' }),
  CUSTOMER_KEY: z.string().default('').meta({ description: 'Key of that customer' }),
  CUSTOMER_SECRET: z.string().default('').meta({ description: 'Secret of that key', secret: true }),
  TRACK_SECONDS: seconds.default(60).meta({ description: 'The shortest time between two questions about an order' }),
  TRACK_SECONDS_MAX: seconds.default(1800).meta({ description: 'The longest, while nothing moves' }),
  SETTLE_SECONDS: seconds
    .default(30)
    .meta({ description: 'After an order whose answer was lost is asked about, and sent again if it is not there' }),
  CALLS_PER_DAY: callsPerDay,
});
export type Settings = z.output<typeof settings>;
