/** @module Evidence packs as they were made, so that the same can be sent again. One function per statement. */
import { within } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';

/** What a pack is about: a difference by itself, or all of an incident. */
export type Subject =
  | { readonly differenceId: number; readonly incidentId: null }
  | { readonly differenceId: null; readonly incidentId: number };

export interface Pack {
  readonly id: number;
  readonly differenceId: number | null;
  readonly incident: string | null;
  readonly matterSha256: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly addressees: string[];
  readonly madeAt: number;
  readonly madeBy: string;
}

const PACK = `
  p.id, p.difference_id as "differenceId", (select number from incident i where i.id = p.incident_id) as incident, p.matter_sha256 as "matterSha256",
  p.sha256, p.bytes, p.addressees, p.made_at as "madeAt", p.made_by as "madeBy"`;

/** Nobody else makes a pack of it until the transaction ends. */
export async function lockSubject(db: Queryable, { differenceId, incidentId }: Subject): Promise<void> {
  await db.query("select pg_advisory_xact_lock(hashtext('evidence ' || coalesce('d' || $1, 'i' || $2)))", [
    differenceId,
    incidentId,
  ]);
}

export async function newestPack(db: Queryable, { differenceId, incidentId }: Subject): Promise<Pack | null> {
  const { rows } = await db.query<Pack>(
    `select ${PACK} from evidence_pack p
     where p.difference_id is not distinct from $1 and p.incident_id is not distinct from $2 order by p.id desc limit 1`,
    [differenceId, incidentId],
  );
  return rows[0] ?? null;
}

export async function insertPack(
  db: Queryable,
  pack: Subject & {
    readonly matterSha256: string;
    readonly addressees: readonly string[];
    readonly agencies: readonly string[];
    readonly madeAt: number;
    readonly madeBy: string;
  },
): Promise<number> {
  const { rows } = await db.query<{ id: number }>(
    `insert into evidence_pack (difference_id, incident_id, matter_sha256, addressees, agencies, made_at, made_by)
     values ($1, $2, $3, $4, $5, ${at('$6')}, $7) returning id`,
    [pack.differenceId, pack.incidentId, pack.matterSha256, pack.addressees, pack.agencies, pack.madeAt, pack.madeBy],
  );
  return rows[0]!.id;
}

export async function insertPiece(db: Queryable, packId: number, n: number, content: Buffer): Promise<void> {
  await db.query('insert into evidence_pack_piece (pack_id, n, content) values ($1, $2, $3)', [packId, n, content]);
}

export async function finishPack(db: Queryable, id: number, sha256: string, bytes: number): Promise<void> {
  await db.query('update evidence_pack set sha256 = $2, bytes = $3 where id = $1', [id, sha256, bytes]);
}

export interface PackFilter {
  /** Codes of the agencies that count for the caller. */
  readonly own: readonly string[];
  readonly differenceId: number | null;
  readonly incident: string | null;
  /** Only those before the one with this id. */
  readonly before: number | null;
  readonly limit: number;
}

/** Every dossier that it names counts for the caller. */
const MAY_SEE = `not exists (
  select from difference d where not ${within('d.agencies', '$1')} and (d.id = p.difference_id
    or d.id in (select m.difference_id from incident_difference m where m.incident_id = p.incident_id)))`;

/** Newest first. */
export async function listPacks(db: Queryable, filter: PackFilter): Promise<Pack[]> {
  const { own, differenceId, incident, before, limit } = filter;
  const { rows } = await db.query<Pack>(
    `select ${PACK} from evidence_pack p
     where ${MAY_SEE} and ($2::bigint is null or p.difference_id = $2) and ($4::bigint is null or p.id < $4)
       and ($3::text is null or p.incident_id = (select id from incident where number = $3))
     order by p.id desc limit $5`,
    [own, differenceId, incident, before, limit],
  );
  return rows;
}

export async function findPack(db: Queryable, id: number, own: readonly string[]): Promise<Pack | null> {
  const { rows } = await db.query<Pack>(`select ${PACK} from evidence_pack p where p.id = $2 and ${MAY_SEE}`, [
    own,
    id,
  ]);
  return rows[0] ?? null;
}

/** Null after the last. */
export async function readPiece(db: Queryable, packId: number, n: number): Promise<Buffer | null> {
  const { rows } = await db.query<{ content: Buffer }>(
    'select content from evidence_pack_piece where pack_id = $1 and n = $2',
    [packId, n],
  );
  return rows[0]?.content ?? null;
}
