/** @module The sides that the province's catalogues are held against, and what each tells: asked itself where it can be, then by its uploaded lists. */
import type { CatalogueSource, ListedAgency, ListedProcedure } from '../../capabilities/catalogue.ts';
import { UpstreamError } from '../../connector/upstream-error.ts';
import type { Queryable } from '../../db/queryable.ts';
import type { FeeCatalogue } from '../../payments/fees.ts';
import type { Catalogue } from '../catalogue.ts';
import { type ComparedSide, compareSide, type SideList } from './compare.ts';
import { type CountingList, countingLists, listedSides } from './list-store.ts';
import { DOSSIERS } from './look-store.ts';

export interface SidesOptions {
  readonly db: Queryable;
  readonly catalogue: () => Catalogue;
  readonly fees: FeeCatalogue | null;
  /** Those that are connected and can be asked, by their connectors. */
  readonly sources: ReadonlyMap<string, CatalogueSource>;
  readonly now: () => number;
}

/** The names of the sides, and the parts of a look: each side, and the dossiers. @param asked those that can be asked; with them those whose lists were uploaded */
export function sidesOf(db: Queryable, asked: () => Iterable<string>): Pick<Sides, 'names' | 'parts'> {
  const names = async (): Promise<readonly string[]> => [...new Set([...asked(), ...(await listedSides(db))])];
  return { names, parts: async () => [...(await names()), DOSSIERS] };
}

export class Sides {
  readonly #options: SidesOptions;
  readonly #named: ReturnType<typeof sidesOf>;

  constructor(options: SidesOptions) {
    this.#options = options;
    this.#named = sidesOf(options.db, () => options.sources.keys());
  }

  names(): Promise<readonly string[]> {
    return this.#named.names();
  }

  parts(): Promise<readonly string[]> {
    return this.#named.parts();
  }

  /** @throws UpstreamError where the side cannot be asked now */
  async compare(side: string): Promise<ComparedSide> {
    const { db, catalogue, fees, now } = this.#options;
    const refused: string[] = [];
    const asked = await this.#ask(side, refused);
    const uploaded = (await countingLists(db, side)).map(toSideList);
    const ours = { catalogue: catalogue(), fees, now: now() };
    return compareSide(ours, side, asked === null ? uploaded : [asked, ...uploaded], refused);
  }

  async #ask(side: string, refused: string[]): Promise<SideList | null> {
    const { sources, now } = this.#options;
    const source = sources.get(side);
    if (source === undefined) return null;
    const [procedures, agencies] = await Promise.all([
      told(source.listProcedures?.(), refused),
      told(source.listAgencies?.(), refused),
    ]);
    return { toldBy: { way: 'asked', asOf: now(), listId: null }, covers: source.covers, procedures, agencies };
  }
}

/** A side that refuses one of its lists, perhaps because it has no such service, still tells the other. */
async function told<T>(asked: Promise<T> | undefined, refused: string[]): Promise<T | null> {
  try {
    return (await asked) ?? null;
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.kind !== 'rejected') throw error;
    refused.push(error.message);
    return null;
  }
}

const toSideList = ({ id, kind, covers, asOf, rows }: CountingList): SideList => ({
  toldBy: { way: 'list', asOf, listId: id },
  covers,
  procedures: kind === 'procedures' ? (rows as readonly ListedProcedure[]) : null,
  agencies: kind === 'agencies' ? (rows as readonly ListedAgency[]) : null,
});
