/** @module Plants the demo's dossiers through the append, once for a database, and waits until the portal has them. */
import { Readable } from 'node:stream';
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { plantCatalogueExamples } from '../catalogue/sides/examples.ts';
import type { Appender } from '../dossiers/append.ts';
import type { Command } from '../dossiers/commands.ts';
import { exampleCommands } from '../dossiers/examples.ts';
import { plantExamplePack } from '../evidence/examples.ts';
import { plantExchangeExamples } from '../exchange/examples.ts';
import type { Exchanges } from '../exchange/exchanges.ts';
import { EXAMPLE_FILE } from '../imports/example.ts';
import { stageFile } from '../imports/stage.ts';
import { plantIncidentExamples } from '../incidents/examples.ts';
import type { Addressee } from '../incidents/parties.ts';
import { plantReconciliationExamples } from '../reconciliation/examples.ts';
import { DAY, SECOND } from '../units.ts';
import { type DemoDossier, demoDossiers } from './data.ts';
import { seededRandom } from './random.ts';
import { plantDemoSubscriptions } from './subscriptions.ts';

export interface Planted {
  /** A dossier in the midst of its work, for the commands to try. */
  readonly example: string;
}

const BATCH = 100;
const PATIENCE = 120 * SECOND;

export async function plantDemoDossiers(options: {
  pool: pg.Pool;
  appender: Appender;
  exchanges: Exchanges;
  catalogue: Catalogue;
  seal: Seal;
  parties: readonly Addressee[];
  simulatorsUrl: string;
  now: number;
}): Promise<Planted> {
  const { pool, appender, exchanges, catalogue, seal, parties, simulatorsUrl, now } = options;
  const { rows } = await pool.query<{ planted: boolean }>(
    "select exists (select from dossier where code ~ '-9\\d{3}$') as planted",
  );
  if (!rows[0]!.planted) {
    await appender.append({ commands: exampleCommands, raw: null });
    await plantExchangeExamples({ appender, exchanges }, now);
    await plantReconciliationExamples(pool, 'national-portal');
    await plantCatalogueExamples(pool);
    await plantIncidentExamples(pool, { seal, parties, now });
    await plantExamplePack(pool, { seal, now });
    await plantDemoSubscriptions(pool, { seal, simulatorsUrl, now });
    await plantExampleImport(pool, seal, now);
    const dossiers = demoDossiers({
      now,
      calendar: catalogue.calendar,
      // The same dossiers for the same day.
      random: seededRandom(Math.floor(now / DAY)),
      procedures: catalogue.data.procedures,
      agencies: catalogue.data.agencies,
    });
    for (let i = 0; i < dossiers.length; i += BATCH)
      await appender.append({ commands: dossiers.slice(i, i + BATCH).flatMap(commandsOf), raw: null });
  }
  const example = await pool.query<{ code: string }>(
    "select code from dossier where procedure_code = '1.005129' and status = 'processing' and finished_at is null and code ~ '-9\\d{3}$' order by received_at desc limit 1",
  );
  return { example: example.rows[0]?.code ?? 'H15.50-260310-0001' };
}

/** A trial of the file that stands as an example, for the commands to look at; the worker takes it. */
async function plantExampleImport(pool: pg.Pool, seal: Seal, now: number): Promise<void> {
  await stageFile(pool, Readable.from([Buffer.from(EXAMPLE_FILE)]), {
    mode: 'validate',
    format: null,
    fileName: 'ho-so-dang-giai-quyet.ndjson',
    clientId: 'operator',
    officer: null,
    agencies: ['H15'],
    bytesAtMost: Number.MAX_SAFE_INTEGER,
    seal,
    now: () => now,
  });
}

/** Resolves when nothing is out of step any more. */
export async function untilInStep(pool: pg.Pool): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const { rows } = await pool.query<{ left: number }>(
      "select count(*)::int as left from sync_state where acked_seq < head_seq and blocked_reason is null and mode = 'send'",
    );
    if (rows[0]!.left === 0) return;
    if (Date.now() > deadline)
      throw new Error(
        `${rows[0]!.left} demo dossiers did not reach the portal simulator within ${PATIENCE / SECOND} s`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function commandsOf(dossier: DemoDossier): Command[] {
  return [
    {
      type: 'register',
      source: 'igate',
      code: dossier.code,
      fields: dossier.fields,
      mode: 'put',
      ifMatch: null,
      reason: null,
      agencies: null,
      author: 'demo',
    },
    ...dossier.events.map(
      (event): Command => ({
        type: 'event',
        source: event.source,
        ref: { code: dossier.code, alias: null },
        eventId: event.eventId,
        operation: 'demo',
        bodyDigest: null,
        kind: 'status',
        status: event.status,
        reason: event.reason,
        outcome: event.outcome,
        occurredAt: event.occurredAt,
        appointment: event.appointment,
        body: event.body,
        opens: null,
        known: null,
        onFault: 'quarantine',
        agencies: null,
      }),
    ),
  ];
}
