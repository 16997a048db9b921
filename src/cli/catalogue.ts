/** @module `lienthong catalogue import`: a file of procedures, pause reasons or agencies into the catalogue in use. */
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { Agency } from '../agencies/agency.ts';
import { writeAgencies } from '../agencies/store.ts';
import { IMPORTS, type ImportKind, type RowFault, readRows } from '../catalogue/import.ts';
import { importRows } from '../catalogue/import-store.ts';
import { type Environment, withDatabase } from './database.ts';
import { CommandFault } from './fault.ts';

/**
 * Imports a file and says what changed. With bad rows nothing is written, unless `skipBad` takes the good ones.
 *
 * @throws CommandFault with every bad row, or where there is no database
 */
export async function importText(
  kind: string,
  file: string,
  options: { readonly env: Environment; readonly skipBad: boolean; readonly reason?: string },
): Promise<string> {
  if (!isImport(kind)) throw new CommandFault(`Không có danh mục "${kind}": chọn ${Object.keys(IMPORTS).join(', ')}.`);
  const format = extname(file).toLowerCase();
  if (format !== '.csv' && format !== '.json') throw new CommandFault(`Tệp phải là .csv hoặc .json: ${file}`);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandFault(`Không mở được tệp ${file} (${error.code}).`);
  });
  const { rows, faults, total } = readRows(kind, text, format === '.csv' ? 'csv' : 'json');
  const bad = faults.map(faultLine).join('');
  if (total === 0 && faults.length > 0) throw new CommandFault(bad.trimEnd());
  if (faults.length > 0 && !options.skipBad)
    throw new CommandFault(
      `${bad}Chưa ghi gì: ${total - rows.length}/${total} dòng có lỗi. Sửa rồi nhập lại, hoặc thêm --skip-bad để chỉ nhập các dòng đúng.`,
    );
  const { written, unchanged } = await withDatabase(options.env, async (pool) => {
    if (pool === null)
      throw new CommandFault('Không có cơ sở dữ liệu: đặt DATABASE_URL, hoặc DATA_DIR của npm start đang chạy.');
    if (kind !== 'agencies') return importRows(pool, kind, rows);
    const reason = options.reason ?? `lienthong catalogue import agencies ${basename(file)}`;
    return writeAgencies(pool, rows as Agency[], { author: 'lienthong', officer: null, reason });
  });
  return `${bad}Đã ghi ${written} dòng, ${unchanged} dòng không đổi, ${total - rows.length} dòng bị bỏ qua.\n`;
}

const isImport = (kind: string): kind is ImportKind => kind in IMPORTS;

const faultLine = ({ row, path, message }: RowFault): string =>
  row === 0 ? `${message}\n` : `Dòng ${row}${path === '' ? '' : `, ${path}`}: ${message}\n`;
