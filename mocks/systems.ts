/** @module The systems that are simulated, in the order of `data/systems.csv`: one line each. */
import { businessRegistry } from './business-registry/simulator.ts';
import { civilStatus } from './civil-status/simulator.ts';
import { coordination } from './coordination/simulator.ts';
import { igate } from './igate/simulator.ts';
import { landRegistry } from './land-registry/simulator.ts';
import { nationalPortal } from './national-portal/simulator.ts';
import { paymentPlatform } from './payment-platform/simulator.ts';
import { population } from './population/simulator.ts';
import type { System } from './simulator.ts';
import { tax } from './tax/simulator.ts';
import { vnpost } from './vnpost/simulator.ts';

export const systems: readonly System[] = [
  nationalPortal,
  igate,
  population,
  businessRegistry,
  landRegistry,
  civilStatus,
  coordination,
  paymentPlatform,
  vnpost,
  tax,
];
