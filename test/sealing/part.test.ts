import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sealWith } from '../../src/access/seal.ts';
import { openingReaders } from '../../src/access/sealed-json.ts';
import { openPool } from '../../src/db/pool.ts';
import { personHash } from '../../src/dossiers/personal.ts';
import { findDossier, readTimeline } from '../../src/dossiers/read-store.ts';
import { noteSightings, sealedCause } from '../../src/reconciliation/difference-store.ts';
import { partOf, SEALED_COLUMNS } from '../../src/sealing/columns.ts';
import { Resealer } from '../../src/sealing/part.ts';
import { readProgress } from '../../src/sealing/store.ts';
import { registration, status } from '../support/commands.ts';
import { ENCRYPTION_KEY, testSeal } from '../support/seal.ts';
import { openTimeline, PORTAL, silent, type Timeline } from '../support/timeline.ts';

const CODE = 'H15.50-260310-0001';
const MARK = 'Nguyễn Văn Niêm Phong';
const NUMBER = '066090000123';
/** A destination's own words. */
const REFUSAL = `-5: ${MARK} đã có hồ sơ khác`;

let timeline: Timeline;
/** As who has no key. */
let bare: pg.Pool;
beforeAll(async () => {
  timeline = await openTimeline();
  bare = new pg.Pool({ connectionString: timeline.database.url });
});
afterAll(async () => {
  await bare.end();
  await timeline.close();
});

const everything = async (): Promise<string> => {
  const { rows } = await bare.query(`
    select string_agg(row::text, E'\\n') as text from (
      select f::text as row from dossier_fields f union all select e::text from timeline_entry e
      union all select q::text from quarantine q union all select encode(body, 'escape') from exchange_log
      union all select d::text from difference d) all_rows`);
  return rows[0].text;
};
const untilDone = async (resealer: Resealer): Promise<void> => {
  while (await resealer.round());
};

it('what names a person cannot be read in the database, and is read by whoever has the key', async () => {
  const raw = { system: 'igate', operation: 'x', traceId: 't', body: Buffer.from(JSON.stringify({ name: MARK })) };
  const commands = [
    registration(CODE, {
      fields: { applicant: { kind: 'citizen', name: MARK, personalId: NUMBER, birthDate: '1990-05-17' } },
    }),
    status(CODE, 'processing', '03-12T09:00', { body: { note: `Gọi ${MARK}`, document: { form: '02' } } }),
  ];
  await timeline.appender().append({ commands, raw });
  const kept = await everything();
  expect(kept).not.toContain(MARK);
  expect(kept).not.toContain(NUMBER);
  expect(kept).toContain('1.005129');
  const dossier = (await findDossier(timeline.pool, CODE))!;
  expect(dossier.fields.applicant).toMatchObject({ name: MARK, personalId: NUMBER });
  expect((await readTimeline(timeline.pool, dossier.id)).map(({ body }) => body)).toContainEqual({
    note: `Gọi ${MARK}`,
    document: { form: '02' },
  });
  expect(await timeline.rows('select person from dossier_person')).toEqual([{ person: personHash(NUMBER, testSeal) }]);
});

it('rows of before are sealed piece by piece, and a new key takes over while both are read', async () => {
  const open = { procedureCode: '1.005129', applicant: { kind: 'citizen', name: MARK, personalId: NUMBER } };
  await bare.query(
    `insert into dossier (id, code, origin, status) select n, 'H15.50-260311-' || n, 'igate', 'accepted' from generate_series(2000, 3200) n`,
  );
  await bare.query('insert into dossier_fields select id, $1 from dossier where id >= 2000', [open]);
  await bare.query(
    `insert into timeline_entry (dossier_id, seq, kind, occurred_at, recorded_at, source, event_id, body) values (2000, 1, 'status', now(), now(), 'igate', 'e', $1)`,
    [{ note: MARK }],
  );
  await bare.query(
    `insert into exchange_log (at, direction, system, operation, body) values (now(), 'in', 'igate', 'x', $1)`,
    [Buffer.from(MARK)],
  );
  await noteSightings(
    bare,
    { id: null, destination: PORTAL },
    [
      {
        kind: 'delivery-refused',
        dossierCode: CODE,
        dossierId: null,
        agencies: ['H15.50'],
        headSeq: null,
        ours: null,
        theirs: null,
        cause: sealedCause(REFUSAL, testSeal),
      },
    ],
    { state: 'found', now: Date.now(), lookAt: Date.now() },
  );
  const options = { log: silent, now: Date.now, againAfterMs: 0 };
  await untilDone(new Resealer({ ...options, pool: timeline.pool, seal: testSeal }));
  expect(await everything()).not.toContain(MARK);
  expect((await findDossier(timeline.pool, 'H15.50-260311-3200'))!.fields).toEqual(open);
  expect(await timeline.rows('select count(*)::int as n from dossier_person')).toEqual([{ n: 1202 }]);

  const key = randomBytes(32).toString('base64');
  const ring = sealWith(key, { former: [ENCRYPTION_KEY] });
  const pool = openPool(timeline.database.url, {
    max: 4,
    applicationName: 'lienthong test',
    statementTimeoutMs: 30_000,
    readers: openingReaders(ring),
  });
  await untilDone(new Resealer({ ...options, pool, seal: ring }));
  const passed = await readProgress(pool);
  expect(passed.map(({ part }) => part)).toEqual(SEALED_COLUMNS.map(partOf).sort());
  expect(passed.every(({ head, passes }) => head.equals(ring.head) && passes === 2)).toBe(true);
  await pool.end();

  const alone = openPool(timeline.database.url, {
    max: 1,
    applicationName: 'lienthong test',
    statementTimeoutMs: 30_000,
    readers: openingReaders(sealWith(key)),
  });
  expect((await findDossier(alone, CODE))!.fields.applicant).toMatchObject({ name: MARK });
  expect((await findDossier(alone, 'H15.50-260311-2000'))!.fields).toEqual(open);
  expect((await alone.query('select cause from difference')).rows).toEqual([{ cause: REFUSAL }]);
  await alone.end();
  await expect(findDossier(timeline.pool, CODE)).rejects.toThrow('sealed with another ENCRYPTION_KEY');
});

it('every column of bytes is one that is sealed, or a digest', async () => {
  const { rows } = await bare.query(
    `select c.table_name || '.' || c.column_name as name from information_schema.columns c
       join pg_class p on p.relname = c.table_name and not p.relispartition
     where c.table_schema = 'public' and c.data_type = 'bytea' order by 1`,
  );
  const digests = new Set([
    ...['digest', 'prev_hash', 'hash'].map((column) => `audit_entry.${column}`),
    'audit_closing.hash',
    'audit_head.hash',
    'console_session.id',
    'dossier_person.person',
    'idempotency_key.key_hash',
    'idempotency_key.request_hash',
    // With a key of the person's own, which is among the sealed.
    'person_key.sealed_value',
    'sealing.head',
    'settlement.digest',
  ]);
  const bytes = rows.map(({ name }) => name as string).filter((name) => !digests.has(name));
  expect(bytes.sort()).toEqual(
    SEALED_COLUMNS.filter(({ type }) => type === 'bytea')
      .map(partOf)
      .sort(),
  );
});
