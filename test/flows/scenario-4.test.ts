/** @module Acceptance scenario 4 with as many rows as an everyday run has time for; `scenario-4.long.ts` runs the province's whole figure. */
import { MINUTE } from '../../src/units.ts';
import { scenario4 } from './scenario-4.ts';

scenario4(6_000, 1 * MINUTE);
