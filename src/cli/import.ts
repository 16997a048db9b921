/** @module `lienthong import`: a file of open dossiers handed to the running gateway's worker, and followed until it has ended. */
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { readAgencies } from '../agencies/store.ts';
import { GatewayError } from '../errors.ts';
import type { ImportMode } from '../imports/commands.ts';
import { faultFile } from '../imports/fault-file.ts';
import { stageFile } from '../imports/stage.ts';
import { findImport, type ImportRecord } from '../imports/store.ts';
import { SECOND } from '../units.ts';
import { type Environment, withDatabase } from './database.ts';
import { CommandFault } from './fault.ts';

export interface ImportOptions {
  readonly env: Environment;
  readonly mode: ImportMode;
  /** Told what has happened, some times a second. */
  readonly say: (line: string) => void;
  readonly everyMs?: number;
}

const EVERY = 0.5 * SECOND;
/** By then a worker that runs has taken it. */
const TAKEN_WITHIN = 10 * SECOND;

/**
 * Imports a file, and writes its faults beside it as `<name>.loi.csv`.
 *
 * @returns what came of it
 * @throws CommandFault where there is no database, or the file could not be read
 */
export function importFile(file: string, { env, mode, say, everyMs = EVERY }: ImportOptions): Promise<string> {
  return withDatabase(env, async (pool) => {
    if (pool === null)
      throw new CommandFault('Không có cơ sở dữ liệu: đặt DATABASE_URL, hoặc DATA_DIR của npm start đang chạy.');
    const id = await stage(pool, file, mode);
    say(`Lần nhập số ${id}: tệp đã được nhận; dừng lệnh này không làm dừng việc nhập.`);
    const ended = await follow(pool, id, say, everyMs);
    if (ended.state === 'failed') throw new CommandFault(`Không nhập được: ${ended.failure?.vi}`);
    const written = ended.refused === 0 ? '' : await writeFaults(pool, id, file);
    const done = ended.state === 'cancelled' ? 'Đã dừng' : mode === 'validate' ? 'Đã kiểm tra' : 'Đã nhập';
    return `${done} ${ended.rows} dòng: ${ended.adopted} hồ sơ ${mode === 'validate' ? 'sẽ được nhận' : 'được nhận'}, ${ended.known} đã có, ${ended.refused} dòng có lỗi.\n${written}${unknownIn(ended)}`;
  });
}

async function stage(pool: pg.Pool, file: string, mode: ImportMode): Promise<number> {
  // Whoever reaches the database may bring dossiers of every agency that is known.
  const roots = (await readAgencies(pool)).filter(({ parentCode }) => parentCode === null).map(({ code }) => code);
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFault(`Không mở được tệp ${file} (${error.code}).`);
  });
  try {
    return await stageFile(pool, handle.createReadStream(), {
      mode,
      format: null,
      fileName: basename(file),
      clientId: 'lienthong',
      officer: null,
      agencies: roots,
      bytesAtMost: Number.MAX_SAFE_INTEGER,
      seal: null,
      now: Date.now,
    });
  } catch (error) {
    if (error instanceof GatewayError) throw new CommandFault(error.facts.detailVi ?? error.message);
    throw error;
  } finally {
    await handle.close();
  }
}

async function follow(pool: pg.Pool, id: number, say: (line: string) => void, everyMs: number): Promise<ImportRecord> {
  const since = Date.now();
  let isWarned = false;
  let told = '';
  for (;;) {
    const record = (await findImport(pool, id))!;
    if (record.state !== 'running') return record;
    const line = `${Math.round(record.fraction * 100)} %: ${record.rows} dòng, ${record.adopted} hồ sơ, ${record.refused} dòng có lỗi`;
    if (line !== told && record.rows > 0) say(line);
    told = line;
    if (record.rows === 0 && !isWarned && Date.now() - since > TAKEN_WITHIN) {
      isWarned = true;
      say(
        'Chưa có tiến trình nào xử lý: cần một tiến trình đang chạy với vai trò worker (lienthong serve, npm start).',
      );
    }
    await pause(everyMs);
  }
}

async function writeFaults(pool: pg.Pool, id: number, file: string): Promise<string> {
  const path = join(resolve(file, '..'), `${basename(file, extname(file))}.loi.csv`);
  await pipeline(Readable.from(faultFile(pool, id)), createWriteStream(path));
  return `Lỗi từng dòng: ${path}\n`;
}

function unknownIn({ unknownAgencies, unknownProcedures, ignoredColumns }: ImportRecord): string {
  const told: [string, readonly string[]][] = [
    ['Mã cơ quan không có trong danh mục (hồ sơ vẫn được nhận)', unknownAgencies],
    ['Mã thủ tục không có trong danh mục (hồ sơ vẫn được nhận)', unknownProcedures],
    ['Cột không được đọc', ignoredColumns],
  ];
  return told.map(([title, codes]) => (codes.length === 0 ? '' : `${title}: ${codes.join(', ')}\n`)).join('');
}
