/** @module A file on its way into the database, piece by piece, and out of it again: memory holds one piece. */
import type { Seal } from '../access/seal.ts';
import { openedBytes, sealedBytes } from '../access/sealed-json.ts';
import type { Queryable } from '../db/queryable.ts';
import { at } from '../db/times.ts';
import { GatewayError } from '../errors.ts';
import { UnreadableFile } from '../spreadsheet/table.ts';
import { HOUR } from '../units.ts';
import type { ImportMode } from './commands.ts';
import { formatOf, type ImportFormat } from './read.ts';

export interface Upload {
  readonly mode: ImportMode;
  /** As its sender says; else as its first bytes show. */
  readonly format: ImportFormat | null;
  readonly fileName: string | null;
  readonly clientId: string;
  readonly officer: string | null;
  readonly agencies: readonly string[];
  readonly bytesAtMost: number;
  /** Null where a command has no key: the pieces are sealed by the next worker that sees them. */
  readonly seal: Seal | null;
  readonly now: () => number;
}

const PIECE = 1024 * 1024;

/**
 * Takes a file; what is cut off leaves nothing.
 *
 * @returns the import's id
 * @throws GatewayError `payload-too-large`, `validation`
 */
export async function stageFile(db: Queryable, bytes: AsyncIterable<Uint8Array>, upload: Upload): Promise<number> {
  const { rows } = await db.query<{ id: number }>(
    `insert into import (mode, file_name, client_id, officer, agencies, created_at, touched_at)
     values ($1, $2, $3, $4, $5, ${at('$6')}, ${at('$6')}) returning id`,
    [upload.mode, upload.fileName, upload.clientId, upload.officer, upload.agencies, upload.now()],
  );
  const { id } = rows[0]!;
  try {
    let size = 0;
    let format = upload.format;
    let n = 0;
    for await (const piece of piecesOf(bytes)) {
      if (n === 0) format = shownFormat(piece, format);
      size += piece.length;
      if (size > upload.bytesAtMost)
        throw new GatewayError('payload-too-large', { extra: { limit: upload.bytesAtMost } });
      await db.query(
        `with piece as (insert into import_piece (import_id, n, bytes) values ($1, $2, $3))
         update import set bytes = $4, touched_at = ${at('$5')} where id = $1`,
        [id, n++, upload.seal ? sealedBytes(piece, upload.seal) : piece, size, upload.now()],
      );
    }
    if (size === 0) refuse('Tệp rỗng.', 'The file is empty.');
    await db.query("update import set state = 'running', format = $2 where id = $1 and state = 'receiving'", [
      id,
      format,
    ]);
    return id;
  } catch (error) {
    await db.query('delete from import where id = $1', [id]).catch(() => {});
    throw error;
  }
}

/** The file, however its bytes arrive, in pieces of one size. */
async function* piecesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < PIECE) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

function shownFormat(head: Buffer, told: ImportFormat | null): ImportFormat {
  let shown: ImportFormat;
  try {
    shown = formatOf(head);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return refuse(error.vi, error.message);
  }
  if ((told === 'xlsx') !== (shown === 'xlsx') && told !== null)
    refuse(`Nội dung tệp không phải ${told.toUpperCase()}.`, `The file is no ${told.toUpperCase()}.`);
  return told ?? shown;
}

function refuse(vi: string, en: string): never {
  throw new GatewayError('validation', { detail: en, detailVi: vi, violations: [{ path: '$', message: vi }] });
}

const PIECES_AT_ONCE = 4;

/** The bytes of a staged file, in order. */
export async function* stagedBytes(db: Queryable, importId: number, seal: Seal): AsyncGenerator<Uint8Array> {
  for (let n = 0; ; ) {
    const { rows } = await db.query<{ bytes: Buffer }>(
      'select bytes from import_piece where import_id = $1 and n >= $2 order by n limit $3',
      [importId, n, PIECES_AT_ONCE],
    );
    for (const { bytes } of rows) yield openedBytes(bytes, seal);
    n += rows.length;
    if (rows.length < PIECES_AT_ONCE) return;
  }
}

const CUT_OFF_AFTER = 1 * HOUR;

/** Uploads whose process died under them. @returns how many */
export async function dropCutOff(db: Queryable, now: number): Promise<number> {
  const { rowCount } = await db.query(`delete from import where state = 'receiving' and touched_at < ${at('$1')}`, [
    now - CUT_OFF_AFTER,
  ]);
  return rowCount ?? 0;
}
