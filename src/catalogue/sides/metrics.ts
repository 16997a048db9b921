/** @module What is measured of catalogues: differences that stand, when each side was last compared, dossiers with a wrong system. */
import { Gauge, type Registry } from 'prom-client';
import type { Queryable } from '../../db/queryable.ts';
import { MINUTE, SECOND } from '../../units.ts';
import { lastParts } from './look-store.ts';
import { countMisrouted } from './routed-store.ts';
import { countKept } from './store.ts';

export interface MeasureOptions {
  readonly db: Queryable;
  readonly registry: Registry;
  readonly now: () => number;
}

/** They change once a day: a scrape must not cost the database what it watches. */
const FIGURES_KEPT = 1 * MINUTE;

async function read(db: Queryable) {
  const [kept, misrouted, { done }] = await Promise.all([countKept(db), countMisrouted(db, null), lastParts(db)]);
  return { kept, misrouted, done };
}

export function measureCatalogues({ db, registry, now }: MeasureOptions): void {
  const registers = [registry];
  let known: { readonly at: number; readonly figures: ReturnType<typeof read> } | null = null;
  // Each gauge waits for the same reading: one that was set by another's would be a scrape behind.
  const figures = (): ReturnType<typeof read> => {
    if (known === null || now() - known.at >= FIGURES_KEPT) {
      const reading = read(db);
      known = { at: now(), figures: reading };
      reading.catch(() => {
        known = null;
      });
    }
    return known.figures;
  };
  new Gauge({
    name: 'lienthong_catalogue_differences',
    help: 'Differences between our catalogues and another side’s that nobody has ignored.',
    labelNames: ['side', 'subject', 'kind'],
    registers,
    async collect() {
      const { kept } = await figures();
      this.reset();
      for (const { side, subject, kind, open } of kept) this.set({ side, subject, kind }, open);
    },
  });
  new Gauge({
    name: 'lienthong_misrouted_dossiers',
    help: 'Open dossiers that are with a system that does not resolve their procedure, and that nobody has ignored.',
    labelNames: ['system', 'kind'],
    registers,
    async collect() {
      const { misrouted } = await figures();
      this.reset();
      for (const { system, kind, open } of misrouted) this.set({ system, kind }, open);
    },
  });
  new Gauge({
    name: 'lienthong_catalogue_compared_timestamp_seconds',
    help: 'When each part of the look at the catalogues was last done.',
    labelNames: ['part'],
    registers,
    async collect() {
      const { done } = await figures();
      this.reset();
      for (const { part, finishedAt } of done) this.set({ part }, finishedAt! / SECOND);
    },
  });
}
