/** @module What an installation says of its access to the population database. */
import { z } from 'zod';
import { callsPerDay } from '../../src/connector/agreed-limit.ts';
import { CITIZEN_FIELDS, type CitizenField } from './mapping.ts';
import { SERVICE } from './wire.ts';

const isField = (name: string): name is CitizenField => (CITIZEN_FIELDS as readonly string[]).includes(name);

const fieldList = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
  )
  .refine((names) => names.every(isField), { error: `fields among ${CITIZEN_FIELDS.join(', ')}` })
  .transform((names) => names.filter(isField));

export const settings = z.object({
  CALLS_PER_DAY: callsPerDay,
  BASE_URL: z.url().optional().meta({ description: 'Address of the population services, e.g. through the LGSP' }),
  CLIENT_ID: z.string().default('').meta({ description: 'Key of the province at the exchange axis' }),
  CLIENT_SECRET: z.string().default('').meta({ description: 'Secret of that key', secret: true }),
  GRANTED_FIELDS: fieldList
    .default([...CITIZEN_FIELDS])
    .meta({ description: 'Fields of a citizen that may be given out here, separated by commas; all by default' }),
  SERVICE_READ: z.string().default(SERVICE.read).meta({ description: 'MaTichHop of the service that reads a citizen' }),
  SERVICE_CONFIRM: z
    .string()
    .default(SERVICE.confirm)
    .meta({ description: 'MaTichHop of the service that confirms an old number' }),
  SERVICE_HOUSEHOLD: z.string().default(SERVICE.household).meta({ description: 'MaTichHop of the household service' }),
});
export type Settings = z.output<typeof settings>;
