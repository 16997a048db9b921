/**
 * @module A day off taken away under 52,958 open dossiers: counted again and appended, beside a date-by-date loop.
 *
 * Needs DATABASE_URL of a PostgreSQL where a database may be made; it is dropped at the end.
 */
import pg from 'pg';
import { sealWith } from '../../src/access/seal.ts';
import { keepCatalogue } from '../../src/catalogue/keep.ts';
import { readDaysOff, seedCatalogues } from '../../src/catalogue/store.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openPipelinedClient, openPool } from '../../src/db/pool.ts';
import { replaceYear } from '../../src/deadlines/calendar-store.ts';
import { recompute } from '../../src/deadlines/recompute.ts';
import { Appender } from '../../src/dossiers/append.ts';
import { createLog } from '../../src/log.ts';
import { DAY, HOUR, MINUTE } from '../../src/units.ts';

/** Open dossiers of a real province on one day. */
const DOSSIERS = 52_958;
const ROUNDS = 3;
const NOW = Date.parse('2026-03-10T09:00:00+07:00');
/** The day that becomes a day off in one round and a working day in the next. */
const CHANGED = '2026-03-11';
const PORTAL = 'national-portal';

const admin = new pg.Client({
  connectionString: process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres',
});
await admin.connect();
const name = `lienthong_bench_calendar_${process.pid}`;
await admin.query(`create database ${name}`);
const url = new URL(process.env.DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres');
url.pathname = `/${name}`;
try {
  await bench(url.href);
} finally {
  await admin.query(`drop database ${name} with (force)`);
  await admin.end();
}

async function bench(databaseUrl: string): Promise<void> {
  const options = { applicationName: 'bench', statementTimeoutMs: 0 };
  const pool = openPool(databaseUrl, { ...options, max: 4 });
  await migrate(pool);
  await seedCatalogues(pool);
  await plant(pool);
  const log = createLog({ level: 'warn' });
  const kept = await keepCatalogue(pool, log);
  const appender = new Appender({
    connect: () => openPipelinedClient(databaseUrl, { ...options, keyLookups: true }),
    catalogue: kept.catalogue,
    seal: sealWith(Buffer.alloc(32).toString('base64')),
    destinations: [PORTAL],
    committed: () => {},
    log,
    now: () => NOW,
  });
  const deps = { db: pool, appender, catalogue: kept.catalogue, destinations: [PORTAL], now: () => NOW };

  // The planted appointments are empty: the first counting gives each its own.
  await recompute(deps, { id: 0, cause: 'planted', receivedBefore: null });
  const rounds: { change: number; moved: number; loop: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const former = await readDaysOff(pool, 2026);
    const without = former.filter(({ date }) => date !== CHANGED);
    const days =
      without.length < former.length
        ? without
        : [...former, { date: CHANGED, kind: 'off' as const, name: 'Nghỉ', confidence: 'verified' as const }];
    const began = performance.now();
    const change = await replaceYear(pool, {
      year: 2026,
      days,
      author: 'bench',
      officer: null,
      reason: 'bench',
      check: () => {},
    });
    await kept.reload();
    const moved = await recompute(deps, change!.recomputation);
    const took = performance.now() - began;

    const off = new Set((await readDaysOff(pool)).filter(({ kind }) => kind === 'off').map(({ date }) => date));
    const worked = new Set((await readDaysOff(pool)).filter(({ kind }) => kind === 'working').map(({ date }) => date));
    const loopBegan = performance.now();
    const { rows } = await pool.query<{ receivedAt: number; days: number; appointmentAt: number; pauses: Pause[] }>(
      `select received_at as "receivedAt", (limit_override->>'amount')::int as days, appointment_at as "appointmentAt",
         (select coalesce(json_agg(json_build_object('status', f->>'st', 'at', (f->>'t')::float8) order by (f->>'n')::int), '[]')
          from jsonb_array_elements(('[' || facts || ']')::jsonb) as f where f->>'st' in ('paused', 'resumed')) as pauses
       from dossier where finished_at is null`,
    );
    const differing = rows.filter(
      (row) => loopAppointment(row.receivedAt, row.days, row.pauses, off, worked) !== row.appointmentAt,
    );
    const loop = performance.now() - loopBegan;
    if (differing.length > 0)
      throw new Error(`${differing.length} dossiers differ from the loop: ${JSON.stringify(differing[0])}`);
    rounds.push({ change: Math.round(took), moved, loop: Math.round(loop) });
  }
  await kept.stop();
  await appender.close();
  await pool.end();
  const sorted = rounds.map(({ change }) => change).sort((a, b) => a - b);
  process.stdout.write(
    `${JSON.stringify({ dossiers: DOSSIERS, unit: 'ms', median: sorted[Math.floor(ROUNDS / 2)], rounds }, null, 2)}\n`,
  );
}

interface Pause {
  readonly status: 'paused' | 'resumed';
  readonly at: number;
}

/** Dossiers of the last 40 days with limits of 1 to 30 working days; every fourth has had one pause. */
async function plant(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into dossier (id, code, procedure_code, agency_code, agencies, channel, origin, status, head_seq, facts, submitted_at, received_at, limit_override)
     select n, 'H15.' || 50 + n % 10 || '-260310-' || 10000 + n, '1.005129', 'H15.' || 50 + n % 10, array['H15.' || 50 + n % 10], 'online', 'igate',
       case when n % 4 = 0 then 'processing' else 'accepted' end, case when n % 4 = 0 then 4 else 2 end,
       trim(both '[]' from (jsonb_build_array(
         jsonb_build_object('n', 1, 'k', 'status', 't', received - 3600000, 's', 'igate', 'e', n || ':submitted', 'd', '', 'st', 'submitted'),
         jsonb_build_object('n', 2, 'k', 'status', 't', received, 's', 'igate', 'e', n || ':accepted', 'd', '', 'st', 'accepted'))
       || case when n % 4 <> 0 then '[]'::jsonb else jsonb_build_array(
         jsonb_build_object('n', 3, 'k', 'status', 't', received + 3600000, 's', 'igate', 'e', n || ':paused', 'd', 'abc', 'st', 'paused', 'r', 'financial-obligation'),
         jsonb_build_object('n', 4, 'k', 'status', 't', received + 3600000 + 86400000, 's', 'igate', 'e', n || ':resumed', 'd', 'abd', 'st', 'resumed')) end)::text),
       to_timestamp(received / 1000.0) - interval '1 hour', to_timestamp(received / 1000.0),
       jsonb_build_object('amount', 1 + n % 30, 'unit', 'working-day', 'decision', 'QĐ 12/QĐ-UBND')
     from generate_series(1, $1::int) as n, lateral (select $2::float8 - (2 + n % 40) * 86400000.0 + n % 5 * 3600000.0 as received) as r`,
    [DOSSIERS, NOW],
  );
  await pool.query('insert into dossier_fields select id, $1::jsonb from dossier', ['{"channel":"online"}']);
  await pool.query(
    'insert into sync_state (destination, dossier_id, head_seq, acked_seq) select $1, id, head_seq, head_seq from dossier',
    [PORTAL],
  );
  await pool.query('vacuum analyze');
}

/** Step through the days with a date object and look each up; a pause moves the end by its office time, up to a close. */
function loopAppointment(
  receivedAt: number,
  days: number,
  pauses: readonly Pause[],
  off: ReadonlySet<string>,
  worked: ReadonlySet<string>,
): number {
  const isWorked = (day: Date): boolean => {
    const date = day.toISOString().slice(0, 10);
    return worked.has(date) || (!off.has(date) && day.getUTCDay() % 6 !== 0);
  };
  const day = midnightOf(receivedAt);
  for (let left = days; left > 0; ) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (isWorked(day)) left -= 1;
  }
  let minutes = pauses.length === 2 ? officeMinutes(pauses[0]!.at, pauses[1]!.at, isWorked) : 0;
  while (minutes > 0) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (isWorked(day)) minutes -= 480;
  }
  return day.getTime() + 10 * HOUR;
}

/** The local day of an instant, as if it were UTC. */
function midnightOf(ms: number): Date {
  return new Date(Math.floor((ms + 7 * HOUR) / DAY) * DAY);
}

function officeMinutes(from: number, to: number, isWorked: (day: Date) => boolean): number {
  let sum = 0;
  for (const day = midnightOf(from); day.getTime() - 7 * HOUR < to; day.setUTCDate(day.getUTCDate() + 1)) {
    if (!isWorked(day)) continue;
    const midnight = day.getTime() - 7 * HOUR;
    for (const [open, close] of [
      [420, 690],
      [810, 1020],
    ] as const) {
      sum += Math.max(0, Math.min(to, midnight + close * MINUTE) - Math.max(from, midnight + open * MINUTE)) / MINUTE;
    }
  }
  return sum;
}
