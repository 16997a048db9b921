/** @module The national portal: the wire of the 2020 guide as code up to 2025 shows it, strict, stateful, and judging. */
import { randomUUID } from 'node:crypto';
import { officialCalendar } from '../calendar.ts';
import type { Bend, Interruption } from '../faults.ts';
import { settingsFaults } from '../settings-faults.ts';
import {
  type Answer,
  type Call,
  type Host,
  jsonAnswer,
  type Simulator,
  type SimulatorsOptions,
  type System,
} from '../simulator.ts';
import { parseCompact, parseRfc3339, toRfc3339 } from '../times.ts';
import { stateAfterAct } from './acts.ts';
import { agencies, limitOf, procedureOf, procedures, sectors } from './catalogue.ts';
import { Dossiers, type KeptDossier } from './dossiers.ts';
import type { PortalEntry } from './entries.ts';
import { evaluate, isEvaluation, readPeriod } from './evaluation.ts';
import { judge } from './judge.ts';
import { Listing, readListingQuery } from './listing.ts';
import {
  CODES,
  done,
  EXISTS,
  NOT_FOUND,
  type Refusal,
  refusal,
  refused,
  SESSION_ENDED,
  SYSTEM_FAILED,
} from './replies.ts';
import { Sessions } from './sessions.ts';
import { DEFAULT_SETTINGS, type PortalSettings, settingsSchema } from './settings.ts';
import { type Checked, checkDossier, checkProgress } from './validate.ts';

const LARGEST_BATCH = 1000;
const SEND_DOSSIERS = 'DongBoHoSoMC';
const SEND_PROGRESS = 'CapNhatTienDoHoSoMC';
const EVALUATION = '/reporting/evaluation/';
const DEFAULT_ACCOUNT = { username: 'h15', password: 'h15', madonvi: 'H15' };

type Body = Readonly<Record<string, unknown>>;

export const nationalPortal: System = { id: 'national-portal', build: buildPortal };

function buildPortal(host: Host, options: SimulatorsOptions): Simulator<PortalEntry> {
  const account = options.portal ?? DEFAULT_ACCOUNT;
  const calendar = officialCalendar();
  const sessions = new Sessions();
  const dossiers = new Dossiers();
  const listing = new Listing(dossiers);
  let settings: PortalSettings = DEFAULT_SETTINGS;

  const keep = (entry: PortalEntry): void => host.keep(entry);
  const bodyOf = (call: Call): Body | null => {
    const value = call.json();
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : null;
  };
  const service = (call: Call): string => {
    const report = evaluationOf(call);
    if (report !== null) return `evaluation/${report}`;
    if (call.path === '/mapi/login') return 'login';
    const name = bodyOf(call)?.service;
    return call.path === '/mapi/g' && typeof name === 'string' && SERVICES.has(name) ? name : 'unknown';
  };

  function login(body: Body): Answer {
    if (body.username !== account.username || body.password !== account.password) {
      return refused(refusal(CODES.rights, 'Tên đăng nhập hoặc mật khẩu không đúng'));
    }
    const session = randomUUID();
    keep({ kind: 'login', at: host.now(), session });
    return jsonAnswer({ error_code: 0, message: 'Thành công', session });
  }

  /** Checks a whole batch before any of it is kept; the message does not say which record was wrong. */
  function readBatch<T>(body: Body, check: (value: unknown) => Checked<T>): T[] | Refusal {
    const { data } = body;
    if (!Array.isArray(data) || data.length === 0 || data.length > LARGEST_BATCH) {
      return refusal(CODES.content, `data phải là danh sách từ 1 đến ${LARGEST_BATCH} bản ghi`);
    }
    const records: T[] = [];
    for (const [index, value] of data.entries()) {
      const checked = check(value);
      if ('complaint' in checked) {
        host.log({ refused: body.service, index, complaint: checked.complaint });
        return refusal(CODES.content, `Dữ liệu không hợp lệ: ${checked.complaint}`);
      }
      records.push(checked.record);
    }
    return records;
  }

  function sendDossiers(body: Body, bend: Bend): Answer {
    const updating = readFlag(body.isUpdating);
    if (updating === null) return refused(refusal(CODES.content, 'isUpdating phải là True hoặc False'));
    const records = readBatch(body, checkDossier);
    if (!Array.isArray(records)) return refused(records);
    const codes = new Set<string>();
    for (const [index, { MaHoSo }] of records.entries()) {
      const code = MaHoSo as string;
      const exists = dossiers.has(code) || codes.has(code);
      codes.add(code);
      if (exists === updating) continue;
      host.log({ refused: SEND_DOSSIERS, index, dossier: code, complaint: exists ? 'exists' : 'unknown' });
      return refused(exists ? EXISTS : NOT_FOUND);
    }
    return keepBatch(records, bend, (part) => keep({ kind: 'dossiers', at: host.now(), records: part }));
  }

  function sendProgress(body: Body, bend: Bend): Answer {
    const records = readBatch(body, checkProgress);
    if (!Array.isArray(records)) return refused(records);
    const index = records.findIndex(({ MaHoSo }) => !dossiers.has(MaHoSo!));
    if (index >= 0) {
      host.log({ refused: SEND_PROGRESS, index, dossier: records[index]!.MaHoSo, complaint: 'unknown' });
      return refused(NOT_FOUND);
    }
    return keepBatch(records, bend, (part) => keep({ kind: 'progress', at: host.now(), records: part }));
  }

  function keepBatch<T>(records: readonly T[], bend: Bend, keepRecords: (records: readonly T[]) => void): Answer {
    if (bend.drops()) return done();
    const part = bend.partOf(records.length);
    keepRecords(part === null ? records : records.slice(0, part));
    return part === null ? done() : refused(SYSTEM_FAILED);
  }

  function lookUp(body: Body, bend: Bend): Answer {
    const code = body.MaHoSo;
    if (typeof code !== 'string' || code === '') return refused(refusal(CODES.content, 'Trường MaHoSo là bắt buộc'));
    const staleness = bend.staleness();
    const dossier = staleness > 0 ? dossiers.getAsOf(code, host.now() - staleness) : dossiers.get(code);
    return dossier ? done({ data: shownDossier(dossier) }) : refused(NOT_FOUND);
  }

  const shownDossier = ({ record, status, progress }: KeptDossier) => ({
    ...record,
    TrangThaiHoSo: status,
    ...(settings.readsProgress ? { DanhSachTienDo: progress.map((known) => known.record) } : {}),
  });

  function list(body: Body): Answer {
    if (!settings.lists) return refused(refusal(CODES.service, 'Dịch vụ không tồn tại'));
    const query = readListingQuery(body);
    if ('code' in query) return refused(query);
    const { data, total } = listing.page(query);
    return done({ data, tongSo: String(total) });
  }

  function readProcedure(body: Body): Answer {
    const procedure = typeof body.maTTHC === 'string' ? procedureOf(body.maTTHC) : undefined;
    return procedure ? done({ data: procedure }) : refused(refusal(CODES.unknown, 'Không tìm thấy thủ tục hành chính'));
  }

  const SERVICES: ReadonlyMap<string, (body: Body, bend: Bend) => Answer> = new Map([
    [SEND_DOSSIERS, sendDossiers],
    [SEND_PROGRESS, sendProgress],
    ['TraCuuHoSo', lookUp],
    ['LayDanhSachHoSo', list],
    ['LayThuTuc', readProcedure],
    ['LayDanhSachTTHC', () => done({ data: procedures })],
    ['LayDanhMucCoQuan', () => done({ data: agencies })],
    ['LayDanhMucLinhVuc', () => done({ data: sectors })],
  ]);

  function evaluation(name: string, body: Body): Answer {
    const period = readPeriod(body);
    const root = body.rootDepartmentId;
    if (period === null || typeof root !== 'string' || root === '') {
      return refused(refusal(CODES.content, 'timeType, year, quarter | month, rootDepartmentId không hợp lệ'), 400);
    }
    return done({ data: evaluate(name, dossiers.all(), root, period, calendar) });
  }

  function answer(call: Call, bend: Bend): Answer {
    const report = evaluationOf(call);
    if (report !== null) return evaluation(report, bodyOf(call) ?? {});
    if (call.method !== 'POST' || (call.path !== '/mapi/login' && call.path !== '/mapi/g')) {
      return refused(refusal(CODES.service, 'Đường dẫn không tồn tại'), 404);
    }
    const body = bodyOf(call);
    if (!body) return refused(refusal(CODES.content, 'Nội dung phải là một đối tượng JSON'), 400);
    if (call.path === '/mapi/login') return login(body);
    const expiring = host.faults().expireTokens === true;
    if (!sessions.isOpen(body.session, host.now(), expiring)) {
      if (expiring) bend.struck('expireTokens');
      return refused(SESSION_ENDED);
    }
    if (!covers(account.madonvi, body.madonvi)) return refused(refusal(CODES.rights, 'Đơn vị không có quyền kết nối'));
    const work = typeof body.service === 'string' ? SERVICES.get(body.service) : undefined;
    return work ? work(body, bend) : refused(refusal(CODES.service, 'Dịch vụ không tồn tại'));
  }

  function verdict(call: Call): Answer {
    const dossier = dossiers.get(call.query.get('dossier') ?? '');
    if (!dossier) return jsonAnswer({ message: 'the portal has no such dossier' }, 404);
    const asOfText = call.query.get('asOf');
    // A plus sign that nobody escaped reaches us as a space.
    const asOf = asOfText === null ? host.now() : parseRfc3339(asOfText.replace(' ', '+'));
    if (asOf === null) return jsonAnswer({ message: '"asOf" must be an RFC 3339 time with an offset' }, 400);
    const { onTime, endAt, appointmentAt, subtractedMinutes } = judge(
      dossier,
      limitOf(dossier.record.MaTTHC as string),
      calendar,
      asOf,
    );
    return jsonAnswer({
      onTime,
      endAt: toRfc3339(endAt),
      appointmentAt: appointmentAt === null ? null : toRfc3339(appointmentAt),
      subtractedMinutes,
    });
  }

  function apply(entry: PortalEntry): void {
    switch (entry.kind) {
      case 'login':
        sessions.open(entry.session, entry.at);
        break;
      case 'dossiers':
        for (const record of entry.records) {
          const { dossier, effect } = dossiers.takeRecord(record, entry.at, settings);
          const appointmentAt = parseCompact((record.NgayHenTra as string | undefined) ?? '');
          const status = record.TrangThaiHoSo as string;
          host.witness({
            at: entry.at,
            dossier: dossier.code,
            service: SEND_DOSSIERS,
            status,
            occurredAt: null,
            appointmentAt,
            effect,
          });
        }
        break;
      case 'progress':
        for (const record of entry.records) {
          const { dossier, effect } = dossiers.takeProgress(record, entry.at, settings);
          const occurredAt = parseCompact(record.ThoiDiemXuLy!);
          const status = record.TrangThai!;
          host.witness({
            at: entry.at,
            dossier: dossier.code,
            service: SEND_PROGRESS,
            status,
            occurredAt,
            appointmentAt: null,
            effect,
          });
        }
        break;
      case 'put':
        dossiers.put(entry.dossier, entry.at, entry.state);
        break;
      case 'settings':
        settings = { ...settings, ...settingsSchema.parse(entry.settings) };
    }
  }

  return {
    service,
    writes: (call) => [SEND_DOSSIERS, SEND_PROGRESS].includes(service(call)),
    answer,
    refusal: refusalOf,
    beside: (call) => (call.method === 'GET' && call.path === '/_judge' ? verdict(call) : null),
    apply,
    act(act) {
      const at = host.now();
      keep({ kind: 'put', at, ...stateAfterAct(act, dossiers, at) });
      return { done: true };
    },
    settings: { current: () => ({ ...settings }), faults: (wanted) => settingsFaults(settingsSchema, wanted) },
    faultsChanged() {
      const { expireTokens, staleReadMs } = host.faults();
      if (expireTokens) sessions.endAll();
      dossiers.rememberPast(staleReadMs ?? 0);
    },
    reset() {
      sessions.endAll();
      dossiers.reset();
      settings = DEFAULT_SETTINGS;
    },
  };
}

/** Which of the published evaluations is asked for, without a session as on the public pages; null: none. */
function evaluationOf({ method, path }: Call): string | null {
  if (method !== 'POST' || !path.startsWith(EVALUATION)) return null;
  const name = path.slice(EVALUATION.length);
  return isEvaluation(name) ? name : null;
}

/** `True` and `False` as the guide writes them, or as JSON does. */
function readFlag(value: unknown): boolean | null {
  const text = String(value).toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : null;
}

/** Whether a unit is the account's or lies below it. */
const covers = (own: string, unit: unknown): boolean =>
  typeof unit === 'string' && (unit === own || unit.startsWith(`${own}.`));

/** Quota and maintenance in the portal's own shape; everything else is the machine's in front of it. */
function refusalOf(interruption: Interruption): Answer | null {
  if (interruption.kind === 'rate-limit')
    return refused(refusal(CODES.quota, 'Vượt quá số lượng yêu cầu cho phép'), 429);
  if (interruption.kind === 'maintenance') return refused(refusal(CODES.maintenance, 'Hệ thống đang bảo trì'), 503);
  return null;
}
