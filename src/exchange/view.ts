/** @module An exchange as it is answered: what was done, what its system told, what it waits for. */
import type { z } from 'zod';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Queryable } from '../db/queryable.ts';
import { foldOf } from '../dossiers/folded.ts';
import type { DossierRecord } from '../dossiers/read-store.ts';
import { rfc3339 } from '../http/answer.ts';
import type { Acts } from './acts.ts';
import type { exchangeAnswer } from './shapes.ts';
import { type ExchangeRow, listActs } from './store.ts';
import { entryBody } from './told-store.ts';

export interface ViewOptions {
  readonly db: Queryable;
  readonly acts: Acts;
  readonly catalogue: () => Catalogue;
}

export async function viewOf(
  { db, acts, catalogue }: ViewOptions,
  exchange: ExchangeRow,
  dossier: DossierRecord,
): Promise<z.input<typeof exchangeAnswer>> {
  const { id, provider, dossierCode, kind, number, state, statusThere, fault } = exchange;
  const rows = await listActs(db, id);
  return {
    id,
    provider,
    dossierCode,
    kind,
    number,
    state,
    createdAt: rfc3339(exchange.createdAt),
    statusThere,
    toldAt: rfc3339(exchange.toldAt),
    fault,
    nextQuestionAt: rfc3339(exchange.nextPollAt),
    waitingFor: await waitingFor(db, provider, dossier, catalogue()),
    acts: rows.map((row) => ({
      act: row.act,
      state: row.state,
      madeAt: rfc3339(row.madeAt),
      settledAt: rfc3339(row.settledAt),
      attempts: row.attempts,
      askedAt: row.state === 'unknown' ? rfc3339(row.dueAt) : null,
      words: acts.words(row),
    })),
  };
}

/** The pause that this system holds open, with what it said when it opened it. */
async function waitingFor(
  db: Queryable,
  source: string,
  dossier: DossierRecord,
  catalogue: Catalogue,
): Promise<z.input<typeof exchangeAnswer>['waitingFor']> {
  const pause = foldOf(dossier, catalogue).pauses.find((open) => open.source === source);
  if (!pause) return null;
  const body = await entryBody(db, dossier.id, pause.openedBy);
  const { note, until, waitingFor: documents } = body ?? {};
  return {
    reason: pause.reason,
    since: rfc3339(pause.from),
    until: typeof until === 'string' ? until : null,
    note: typeof note === 'string' ? note : null,
    documents: Array.isArray(documents) ? documents : [],
  };
}
