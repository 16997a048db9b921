/** @module Faults of a message with their paths, for connectors, which reach no further than this folder. */
export type { Language } from '../http/language.ts';
export { pathOf, violationsIn } from '../http/violations.ts';
