/** @module Plants the demo's dossiers through the append, once for a database, and waits until the portal has them. */
import type pg from 'pg';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Appender } from '../dossiers/append.ts';
import type { Command } from '../dossiers/commands.ts';
import { exampleCommands } from '../dossiers/examples.ts';
import { SECOND } from '../units.ts';
import { type DemoDossier, demoDossiers } from './data.ts';

export interface Planted {
  /** A dossier in the midst of its work, for the commands to try. */
  readonly example: string;
}

const BATCH = 100;
const PATIENCE = 120 * SECOND;

export async function plantDemoDossiers(options: {
  pool: pg.Pool;
  appender: Appender;
  catalogue: Catalogue;
  now: number;
}): Promise<Planted> {
  const { pool, appender, catalogue, now } = options;
  const { rows } = await pool.query<{ planted: boolean }>(
    "select exists (select from dossier where code ~ '-9\\d{3}$') as planted",
  );
  if (!rows[0]!.planted) {
    await appender.append({ commands: exampleCommands, raw: null });
    const dossiers = demoDossiers({
      now,
      calendar: catalogue.calendar,
      random: seeded(now),
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

/** Resolves when nothing is out of step any more. */
export async function untilInStep(pool: pg.Pool, _planted: Planted): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const { rows } = await pool.query<{ left: number }>(
      'select count(*)::int as left from sync_state where acked_seq < head_seq and blocked_reason is null',
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

/** The same dossiers for the same day (mulberry32). */
function seeded(now: number): () => number {
  let state = Math.floor(now / 86_400_000) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
