/** @module Acceptance scenario 4 with every open dossier of the province: 52,958. */
import { MINUTE } from '../../src/units.ts';
import { scenario4 } from './scenario-4.ts';

scenario4(52_958, 10 * MINUTE);
