/** @module A side's catalogue held against ours: each fact by the first of its lists that tells it. Pure. */
import type { ListedAgency, ListedProcedure } from '../../capabilities/catalogue.ts';
import { agencyDifferences } from './agencies.ts';
import { type CatalogueDifference, type Covers, FACTS, type Fact } from './kinds.ts';
import { type OurSide, procedureDifferences, toldByProcedures } from './procedures.ts';

/** How a list came to be known. */
export interface ToldBy {
  /** `asked`: the side itself answered just now; `list`: somebody uploaded its list. */
  readonly way: 'asked' | 'list';
  /** When it was so, epoch ms. */
  readonly asOf: number;
  readonly listId: number | null;
}

/** One list of a side; null where it has none of that kind. */
export interface SideList {
  readonly toldBy: ToldBy;
  readonly covers: Covers;
  readonly procedures: readonly ListedProcedure[] | null;
  readonly agencies: readonly ListedAgency[] | null;
}

export interface ComparedSide {
  readonly side: string;
  readonly told: ReadonlyMap<Fact, ToldBy>;
  /** What neither the side tells nor, of fees, the province keeps. */
  readonly notTold: readonly Fact[];
  readonly differences: readonly (CatalogueDifference & { readonly toldBy: ToldBy })[];
  /** What stands in its lists and could not be read, by the code it stands at; without one, a list that it refused. */
  readonly unread: readonly { readonly code: string; readonly words: string }[];
  /** Procedures and agencies that stand in its lists. */
  readonly rows: number;
}

/**
 * @param lists in the order in which they are believed
 * @param refused lists that the side would not tell, in words
 */
export function compareSide(
  ours: OurSide,
  side: string,
  lists: readonly SideList[],
  refused: readonly string[] = [],
): ComparedSide {
  const told = new Map<Fact, ToldBy>();
  const differences: ComparedSide['differences'][number][] = [];
  const unread = refused.map((words) => ({ code: '', words }));
  let rows = 0;
  for (const { toldBy, covers, procedures, agencies } of lists) {
    const add = (found: readonly CatalogueDifference[]): void => {
      for (const one of found) differences.push({ ...one, toldBy });
    };
    rows += (procedures?.length ?? 0) + (agencies?.length ?? 0);
    if (procedures !== null) {
      const compared = new Set([...toldByProcedures(procedures)].filter((fact) => !told.has(fact)));
      for (const fact of compared) told.set(fact, toldBy);
      if (compared.size > 0) add(procedureDifferences(ours, { side, covers, rows: procedures, compared }));
      for (const { code, unread: words } of procedures) for (const each of words) unread.push({ code, words: each });
    }
    // An empty list says that something is wrong there, not that there are no agencies.
    if (agencies !== null && agencies.length > 0 && !told.has('agencies')) {
      told.set('agencies', toldBy);
      const { agencies: directory } = ours.catalogue;
      add(agencyDifferences(directory.agencies, directory.asOf(ours.now), agencies));
    }
  }
  const isTold = (fact: Fact): boolean => told.has(fact) && (fact !== 'fees' || ours.fees !== null);
  return { side, told, notTold: FACTS.filter((fact) => !isTold(fact)), differences, unread, rows };
}
