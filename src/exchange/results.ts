/** @module What came of a dossier at its system: fetched where it can be, else as it was told. */
import type { z } from 'zod';
import type { ExchangeResult } from '../capabilities/exchange.ts';
import type { Queryable } from '../db/queryable.ts';
import type { Acts } from './acts.ts';
import type { resultsAnswer } from './shapes.ts';
import type { ExchangeRow } from './store.ts';
import { toldResults } from './told-store.ts';

/** @throws UpstreamError */
export async function resultsOf(
  { db, acts }: { readonly db: Queryable; readonly acts: Acts },
  exchange: ExchangeRow,
  signal: AbortSignal,
): Promise<z.input<typeof resultsAnswer>> {
  const { results } = acts.provider(exchange.provider);
  if (results && exchange.number !== null)
    return { items: [...(await results({ number: exchange.number, submission: acts.submission(exchange) }, signal))] };
  const told = await toldResults(db, exchange.dossierId, exchange.provider);
  return { items: told.map(toResult) };
}

const toResult = (told: Readonly<Record<string, unknown>>): ExchangeResult => {
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    name: text(told.name) ?? '',
    number: text(told.number),
    issuedOn: text(told.issuedOn),
    file: null,
    link: text(told.link),
  };
};
