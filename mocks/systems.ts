/** @module The systems that are simulated, in the order of `data/systems.csv`: one line each. */
import { coordination } from './coordination/simulator.ts';
import { landRegistry } from './land-registry/simulator.ts';
import { nationalPortal } from './national-portal/simulator.ts';
import type { System } from './simulator.ts';

export const systems: readonly System[] = [nationalPortal, landRegistry, coordination];
