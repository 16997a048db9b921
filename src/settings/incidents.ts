/** @module Incidents: between whom, under which numbers, with what attached. */
import { z } from 'zod';
import { setting } from './setting.ts';

export const incidentSettings = {
  INCIDENT_PARTIES_FILE: setting(
    z.string().optional(),
    'JSON with who sends incidents and whom they are addressed to, as data/demo/incident-parties.json; without it the three usual parties, with no address.',
    { example: '/etc/lienthong/incident-parties.json' },
  ),
  INCIDENT_NUMBER_PREFIX: setting(
    z
      .string()
      .regex(/^[A-Z0-9][A-Z0-9-]{0,19}$/, 'capital letters, digits and hyphens')
      .default('SC'),
    'What the numbers of incidents begin with: SC-2026-0001.',
  ),
  INCIDENT_ATTACHMENT_BYTES_AT_MOST: setting(
    z.coerce
      .number()
      .int()
      .min(1024)
      .max(64 * 1024 ** 2)
      .default(10 * 1024 ** 2),
    'The largest image or paper that is attached to an incident, in bytes; ten times as much for all of one.',
  ),
} as const;
