/** @module The SQL of one person's data: in which dossiers it stands, and what is left of them after erasure. */
import type { Seal } from '../access/seal.ts';
import { openedBytes } from '../access/sealed-json.ts';
import type { Queryable } from '../db/queryable.ts';
import { sealedFields } from '../dossiers/personal.ts';
import type { DossierFields } from '../dossiers/shape.ts';

/** A dossier in which the person is named; times are epoch milliseconds. */
export interface NamedDossier {
  readonly id: number;
  readonly code: string | null;
  readonly status: string;
  readonly finishedAt: number | null;
  readonly fields: DossierFields;
}

/** In the order of their ids, locked in the same, as the append locks. */
export async function dossiersOf(db: Queryable, person: Buffer, lock = false): Promise<NamedDossier[]> {
  const { rows } = await db.query<NamedDossier>(
    `select d.id, d.code, d.status, d.finished_at as "finishedAt", coalesce(f.fields, '{}') as fields
     from dossier_person p join dossier d on d.id = p.dossier_id left join dossier_fields f on f.dossier_id = d.id
     where p.person = $1 order by d.id ${lock ? 'for no key update of d' : ''}`,
    [person],
  );
  return rows;
}

export async function writeErasedFields(
  db: Queryable,
  dossierId: number,
  fields: DossierFields,
  seal: Seal,
): Promise<void> {
  await db.query('update dossier_fields set fields = $2 where dossier_id = $1', [
    dossierId,
    JSON.stringify(sealedFields(fields, seal)),
  ]);
}

/** What an entry tells of persons goes; when what happened stays. */
export async function eraseEntries(db: Queryable, dossierId: number): Promise<void> {
  await db.query(`update timeline_entry set body = body - 'sealed' where dossier_id = $1 and body ? 'sealed'`, [
    dossierId,
  ]);
}

/**
 * What else was kept of a dossier with personal data, or could bring it back: what was handed on, compared and set
 * aside, how it is found by a person, and its place in the sync, so that nothing of it is sent any more.
 */
export async function eraseTraces(db: Queryable, { id, code }: Pick<NamedDossier, 'id' | 'code'>): Promise<void> {
  const byId = ['dossier_person', 'verification', 'comparison', 'overwritten', 'foreign_record', 'sync_state'];
  for (const table of byId) await db.query(`delete from ${table} where dossier_id = $1`, [id]);
  await db.query('delete from exchange_act where exchange_id in (select id from exchange where dossier_id = $1)', [id]);
  await db.query('delete from exchange where dossier_id = $1', [id]);
  await db.query(`update delivery set sealed = null, reason = null, cancel_reason = null where dossier_code = $1`, [
    code,
  ]);
  await db.query(
    'update delivery_step set note = null where delivery_id in (select id from delivery where dossier_code = $1)',
    [code],
  );
  await db.query('delete from quarantine where dossier_ref = $1', [code]);
}

/** What was said, attached and packed as evidence about a dossier: free words and images, in which anybody may be named. */
export async function eraseEvidence(db: Queryable, { code }: Pick<NamedDossier, 'code'>): Promise<void> {
  const differences = 'select id from difference where dossier_code = $1';
  const incidents = `select incident_id from incident_difference where difference_id in (${differences})`;
  const packs = `select id from evidence_pack where difference_id in (${differences}) or incident_id in (${incidents})`;
  for (const statement of [
    'delete from witnessed_exchange where dossier_code = $1',
    `delete from evidence_pack_piece where pack_id in (${packs})`,
    `delete from evidence_pack where id in (${packs})`,
    `delete from incident_attachment where incident_id in (${incidents})`,
    `delete from incident_message where incident_id in (${incidents})`,
  ])
    await db.query(statement, [code]);
}

const PAGE = 1_000;

/** Removes raw messages in which one of these words stands; all are opened, for a sealed one cannot be searched. @returns how many */
export async function eraseMessages(db: Queryable, words: readonly string[], seal: Seal): Promise<number> {
  let removed = 0;
  for (let last: string | null = null; ; ) {
    const { rows }: { rows: { id: string; body: Buffer }[] } = await db.query<{ id: string; body: Buffer }>(
      'select id::text, body from exchange_log where $1::bigint is null or id > $1 order by id limit $2',
      [last, PAGE],
    );
    const named = rows.filter(({ body }) => {
      const text = openedBytes(body, seal).toString('utf8');
      return words.some((word) => text.includes(word));
    });
    if (named.length > 0) {
      await db.query('delete from exchange_log where id = any($1::bigint[])', [named.map(({ id }) => id)]);
      removed += named.length;
    }
    if (rows.length < PAGE) return removed;
    last = rows.at(-1)!.id;
  }
}

/** Payments that name the person stay: what was paid is kept by the law on accounting. */
export async function paymentsOf(
  db: Queryable,
  codes: readonly string[],
): Promise<{ id: string; dossierCode: string; payer: Buffer; createdAt: number; amount: number; state: string }[]> {
  const { rows } = await db.query<{
    id: string;
    dossierCode: string;
    payer: Buffer;
    createdAt: number;
    amount: number;
    state: string;
  }>(
    `select id, dossier_code as "dossierCode", payer, created_at as "createdAt", amount, state from payment where dossier_code = any($1::text[]) order by created_at`,
    [codes],
  );
  return rows;
}
