/** @module Whether a dossier is with a system that does not resolve its procedure: by what was handed over, and by who tells of it. Pure. */
import { type Fact, voidedSeqs } from '../../dossiers/state.ts';
import type { RoutingKind } from '../../reconciliation/kinds.ts';
import type { ProcedureVersion } from '../catalogue.ts';

/** What is known of where a dossier is. */
export interface RoutedDossier {
  readonly facts: readonly Fact[];
  /** Where it was handed to and not withdrawn; epoch ms. */
  readonly handed: readonly { readonly system: string; readonly at: number }[];
}

/** An entry about the procedure of a dossier: a system says that it is the wrong one, or it was changed here. */
export interface ProcedureEntry {
  readonly seq: number;
  readonly system: string;
  readonly at: number;
  readonly says: 'wrong' | 'changed';
  /** The system's own words. */
  readonly words: string | null;
}

export interface WrongSystem {
  readonly kind: RoutingKind;
  /** The system it is with. */
  readonly system: string;
  /** Since when, epoch ms. */
  readonly since: number;
  /** What the system said of it, where it said something. */
  readonly words?: string | null;
}

/** The province's own system tells of every dossier, whoever resolves it. */
const OWN = 'igate';

/**
 * The systems that resolve procedures by anybody's word. Others, such as the tax authority or the national coordination,
 * speak of dossiers that they do not resolve: by them nothing is judged.
 */
export function resolvingSystems(procedures: readonly ProcedureVersion[]): ReadonlySet<string> {
  const systems = new Set(procedures.flatMap((version) => version.systems ?? []));
  systems.delete(OWN);
  return systems;
}

/**
 * @param rightly the systems that resolve its procedure
 * @param resolving every system that resolves some procedure
 * @returns one for each system it is wrongly with; a dossier that the right system has told of since is right again
 */
export function wrongSystems(
  { facts, handed }: RoutedDossier,
  rightly: readonly string[],
  resolving: ReadonlySet<string>,
): WrongSystem[] {
  const isWrong = (system: string): boolean => resolving.has(system) && !rightly.includes(system);
  const found = new Map<string, WrongSystem>();
  for (const { system, at } of handed)
    if (isWrong(system)) found.set(system, { kind: 'sent-to-wrong-system', system, since: at });
  const voided = voidedSeqs(facts);
  const told = facts
    // What a destination shows, nobody has told.
    .filter(({ k, n, s, w }) => k === 'status' && w === undefined && !voided.has(n) && resolving.has(s))
    .sort((a, b) => a.t - b.t || a.n - b.n);
  for (const { s: system, t: since } of told.slice(told.findLastIndex(({ s }) => !isWrong(s)) + 1))
    if (!found.has(system)) found.set(system, { kind: 'told-by-wrong-system', system, since });
  return [...found.values()];
}

/**
 * @param entries about the procedure, in the order they were taken
 * @returns one for each system that says since the procedure was last changed that it is the wrong one, unless that was taken back
 */
export function wrongProcedures(entries: readonly ProcedureEntry[], facts: readonly Fact[]): WrongSystem[] {
  const voided = voidedSeqs(facts);
  const found = new Map<string, WrongSystem>();
  for (const { system, at: since, words } of entries
    .slice(entries.findLastIndex(({ says }) => says === 'changed') + 1)
    .filter(({ seq }) => !voided.has(seq)))
    found.set(system, {
      kind: 'entered-under-wrong-procedure',
      system,
      since: found.get(system)?.since ?? since,
      words,
    });
  return [...found.values()];
}

/** Whether entries about its procedure may stand in a dossier's timeline: a system other than the province's own told of its data. */
export const mayDispute = (facts: readonly Fact[]): boolean => facts.some(({ k, s }) => k === 'fields' && s !== OWN);
