/** @module The portal of five invented years: lists a day, answers a code, and says on /_calls how often it was asked. */
import { createServer } from 'node:http';
import { LRUCache } from 'lru-cache';
import { toCompactTime } from '../../src/connector/compact-time.ts';
import { parseDay } from '../../src/deadlines/local-time.ts';
import {
  atPortal,
  type FiveYears,
  numberOf,
  numbersOf,
  onlyAtPortal,
  type PortalDossier,
  PROCEDURE,
} from './five-years.ts';

const years = JSON.parse(process.env.YEARS!) as FiveYears;
let lists = true;
const calls: Record<string, number> = {};

const NO_SUCH_SERVICE = { error_code: -6, message: 'Dịch vụ không tồn tại' };
const NOT_FOUND = { error_code: -4, message: 'Không tìm thấy hồ sơ' };

const onWire = ({ code, status, channel, receivedAt, appointmentAt }: PortalDossier): Record<string, string> => ({
  MaHoSo: code,
  MaTTHC: PROCEDURE,
  KenhThucHien: channel,
  NgayTiepNhan: toCompactTime(receivedAt),
  NgayHenTra: toCompactTime(appointmentAt),
  TrangThaiHoSo: status,
});

/** Days of which pages are asked for one after the other. */
const listed = new LRUCache<number, readonly PortalDossier[]>({ max: 4 });

function list(day: number, page: number, size: number): object {
  if (!lists) return NO_SUCH_SERVICE;
  const rows = listed.get(day) ?? rowsOf(day);
  listed.set(day, rows);
  const data = rows.slice((page - 1) * size, page * size).map(onWire);
  return { error_code: 0, message: '', data, tongSo: String(rows.length) };
}

function rowsOf(day: number): PortalDossier[] {
  const { from, to } = numbersOf(years, day);
  const rows: PortalDossier[] = [];
  for (let n = from; n < to; n++)
    rows.push(...[atPortal(years, n), onlyAtPortal(years, n)].filter((one) => one !== null));
  return rows;
}

function lookUp(code: string): object {
  const n = numberOf(code, years);
  const found = n === null ? null : atPortal(years, n);
  if (found !== null) return { error_code: 0, message: '', data: onWire(found) };
  // What only the portal has stands beside the dossier whose number it continues.
  const beside = numberOf(
    code.replace(/-1(\d{6})$/, (_, rest: string) => `-${rest.slice(1)}`),
    years,
  );
  const alone = beside === null ? null : onlyAtPortal(years, beside);
  return alone?.code === code ? { error_code: 0, message: '', data: onWire(alone) } : NOT_FOUND;
}

function answer(body: Readonly<Record<string, string>>): object {
  const { service = 'login' } = body;
  calls[service] = (calls[service] ?? 0) + 1;
  switch (service) {
    case 'LayDanhSachHoSo': {
      const day = `${body.TuNgay!.slice(0, 4)}-${body.TuNgay!.slice(4, 6)}-${body.TuNgay!.slice(6)}`;
      return list(parseDay(day, 'TuNgay') - years.firstDay, Number(body.TrangHienTai), Number(body.SoBanGhi));
    }
    case 'TraCuuHoSo':
      return lookUp(body.MaHoSo!);
    case 'LayDanhSachTTHC':
      return { error_code: 0, message: '', data: [] };
    case 'login':
      return { error_code: 0, message: '', session: 'the only one' };
    default:
      return NO_SUCH_SERVICE;
  }
}

createServer((request, response) => {
  const pieces: Buffer[] = [];
  request
    .on('data', (piece: Buffer) => pieces.push(piece))
    .on('end', () => {
      if (request.url?.startsWith('/_lists/')) lists = request.url.endsWith('on');
      const isOwn = request.url?.startsWith('/_') ?? false;
      const told = isOwn ? calls : answer(JSON.parse(Buffer.concat(pieces).toString()) as Record<string, string>);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told));
    });
}).listen(Number(process.env.PORT), '127.0.0.1');
