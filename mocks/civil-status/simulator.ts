/** @module The electronic civil status system: takes births, deaths and marriages, and is asked by their numbers how far they are. */
import { z } from 'zod';
import type { Bend } from '../faults.ts';
import type { Answer, Call, Host, SettingsEntry, Simulator, System } from '../simulator.ts';
import { jsonAnswer } from '../simulator.ts';
import { toCompact } from '../times.ts';
import { perform } from './acts.ts';
import { type CivilDossier, CivilDossiers, type DossierEntry, type Step, step } from './dossiers.ts';
import { MODULES, readPush } from './push.ts';
import { lookUp } from './register.ts';
import { loginBody, refreshBody, type SessionEntry, Sessions } from './sessions.ts';

const ACCOUNT = { userName: 'h15', password: 'h15' };
const SERVICES = {
  '/login': 'login',
  '/refresh-token': 'refresh',
  '/dongBoHoSo': 'dongBoHoSo',
  '/layKetQua': 'layKetQua',
  '/rutHoSo': 'rutHoSo',
  '/traCuuHoTich': 'traCuuHoTich',
} as const;
/** Numbers asked about in one call, at most. */
const MOST_ASKED = 50;

const pollBody = z.object({
  maDinhDanhHoSo: z.array(z.string()).min(1).max(MOST_ASKED),
  maTinh: z.string().min(1),
  module: z.enum(MODULES as [string, ...string[]]),
});
const withdrawBody = z.object({ maHoSoMCDT: z.string().min(1), lyDo: z.string().trim().min(1) });
const settingsBody = z.strictObject({ tellsSteps: z.boolean() }).partial();

type CivilEntry = DossierEntry | SessionEntry | SettingsEntry;

export const civilStatus: System = { id: 'civil-status', build: buildCivilStatus };

function buildCivilStatus(host: Host): Simulator<CivilEntry> {
  const sessions = new Sessions();
  const dossiers = new CivilDossiers();
  /** Whether a record tells every step, or only where the dossier is now: nobody knows of the real one. */
  let tellsSteps = true;

  const service = (call: Call): string =>
    (call.method === 'POST' && (SERVICES as Readonly<Record<string, string>>)[call.path]) || 'unknown';

  const keep = (state: CivilDossier, call: DossierEntry['call']): void => {
    const entry: DossierEntry = { kind: 'dossier', at: host.now(), state, call };
    host.keep(entry);
  };
  const open = (): Answer => {
    const session = sessions.open(host.now());
    host.keep(session);
    const { token, refreshToken } = session;
    return jsonAnswer({ token, refreshToken, refreshTokenExpiryTime: toCompact(sessions.refreshableUntil(session)) });
  };
  const refused = (code: string, description: string): Answer =>
    jsonAnswer(
      { status: '0', statusDescription: 'Thất bại', errorCode: code, errorDescription: description },
      200,
      true,
    );
  const done = (): Answer =>
    jsonAnswer({ status: '1', statusDescription: 'Thành công', errorCode: '', errorDescription: '' });

  function login(call: Call): Answer {
    const parsed = loginBody.safeParse(call.json());
    if (!parsed.success || parsed.data.userName !== ACCOUNT.userName || parsed.data.password !== ACCOUNT.password)
      return jsonAnswer({ message: 'Sai tài khoản hoặc mật khẩu' }, 401, true);
    return open();
  }

  function refresh(call: Call): Answer {
    const parsed = refreshBody.safeParse(call.json());
    return parsed.success && sessions.mayRefresh(parsed.data.token, parsed.data.refreshToken, host.now())
      ? open()
      : jsonAnswer({ message: 'Phiên đăng nhập không còn hiệu lực' }, 401, true);
  }

  /** A new dossier, or what was added to one that waits for a supplement. */
  function push(call: Call, bend: Bend): Answer {
    const read = readPush(call.json());
    if ('wrong' in read) return refused('DU_LIEU_KHONG_HOP_LE', read.wrong);
    const { dossier, module, form, receivedAt } = read;
    const known = dossiers.of(dossier);
    if (known && known.module !== module) return refused('SAI_MODULE', `${dossier} thuộc ${known.module}`);
    const effect = !dossiers.knowsCall(dossier, call.body);
    const state = effect ? after(known, read) : known!;
    if (!bend.drops()) keep(state, { service: 'dongBoHoSo', occurredAt: receivedAt, effect, body: call.body });
    return done();

    function after(before: CivilDossier | undefined, pushed: typeof read & { dossier: string }): CivilDossier {
      const at = host.wireNow();
      if (!before)
        return { dossier: pushed.dossier, module, form, steps: [step(1, at, 'Chờ tiếp nhận')], broken: null };
      const isAwaited = before.steps.at(-1)?.status === 2;
      const next = isAwaited ? [step(3, at, 'Đã nhận bổ sung, đang xử lý')] : [];
      return { ...before, form: { ...before.form, ...form }, steps: [...before.steps, ...next] };
    }
  }

  function withdraw(call: Call, bend: Bend): Answer {
    const parsed = withdrawBody.safeParse(call.json());
    if (!parsed.success) return refused('DU_LIEU_KHONG_HOP_LE', 'cần maHoSoMCDT và lyDo');
    const known = dossiers.of(parsed.data.maHoSoMCDT);
    if (!known) return refused('KHONG_TIM_THAY', `Không tìm thấy hồ sơ ${parsed.data.maHoSoMCDT}`);
    const effect = !dossiers.knowsCall(known.dossier, call.body);
    const at = host.wireNow();
    const state = effect
      ? { ...known, steps: [...known.steps, step(6, at, `Công dân rút hồ sơ: ${parsed.data.lyDo}`)] }
      : known;
    if (!bend.drops()) keep(state, { service: 'rutHoSo', occurredAt: at, effect, body: call.body });
    return done();
  }

  function poll(call: Call, bend: Bend): Answer {
    const parsed = pollBody.safeParse(call.json());
    if (!parsed.success)
      return jsonAnswer({ status: 0, statusDescription: `cần 1 đến ${MOST_ASKED} mã`, value: [] }, 200, true);
    const { maDinhDanhHoSo, maTinh, module } = parsed.data;
    const then = host.now() - bend.staleness();
    const value = maDinhDanhHoSo.flatMap((code) => recordsOf(code, dossiers.asOf(code, then), { maTinh, module }));
    return jsonAnswer({ status: 1, statusDescription: 'Thành công', value });
  }

  function recordsOf(
    code: string,
    known: CivilDossier | undefined,
    asked: { readonly maTinh: string; readonly module: string },
  ): object[] {
    const named = { maDonVi: '24154', ...asked, maHoSoLT: null, maHoSoMCDT: code };
    const faulty = (errors: string): object[] => [{ ...named, errors, trangThai: null }];
    if (!known || known.module !== asked.module) return faulty('Hồ sơ không tồn tại');
    if (known.broken !== null) return faulty(known.broken);
    return (tellsSteps ? known.steps : known.steps.slice(-1)).map((one) => ({ ...named, ...recordOf(one) }));
  }

  return {
    service,
    writes: (call) => ['dongBoHoSo', 'rutHoSo'].includes(service(call)),
    answer(call, bend) {
      const name = service(call);
      if (name === 'unknown') return jsonAnswer({ message: 'Đường dẫn không tồn tại' }, 404, true);
      if (name === 'login') return login(call);
      if (name === 'refresh') return refresh(call);
      const expireEarly = host.faults().expireTokens ?? false;
      if (!sessions.isLive(call.headers.authorization, host.now(), expireEarly)) {
        if (expireEarly) bend.struck('expireTokens');
        return jsonAnswer({ message: 'Phiên đăng nhập không còn hiệu lực' }, 401, true);
      }
      if (name === 'dongBoHoSo') return push(call, bend);
      if (name === 'rutHoSo') return withdraw(call, bend);
      if (name === 'layKetQua') return poll(call, bend);
      const found = lookUp(call.json(), dossiers);
      return 'wrong' in found
        ? jsonAnswer({ status: 0, statusDescription: found.wrong, value: [] }, 200, true)
        : jsonAnswer({ status: 1, statusDescription: 'Thành công', value: found.entries });
    },
    apply(entry) {
      if (entry.kind === 'session') sessions.put(entry);
      else if (entry.kind === 'settings') tellsSteps = (entry.settings.tellsSteps as boolean | undefined) ?? tellsSteps;
      else {
        dossiers.put(entry);
        if (entry.call === null) return;
        const { service: name, occurredAt, effect } = entry.call;
        const { dossier, steps } = entry.state;
        const status = String(steps.at(-1)?.status ?? '');
        host.witness({ at: entry.at, dossier, service: name, status, occurredAt, appointmentAt: null, effect });
      }
    },
    act(act) {
      const state = perform(act, dossiers, host.now(), host.onItsClock);
      keep(state, null);
      // It pushes nothing: the province learns of it when it asks.
      return { pushed: false, status: state.broken === null ? state.steps.at(-1)?.status : null };
    },
    settings: {
      current: () => ({ tellsSteps }),
      faults(wanted) {
        const parsed = settingsBody.safeParse(wanted);
        return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      },
    },
    faultsChanged() {
      const { expireTokens, staleReadMs } = host.faults();
      if (expireTokens) sessions.endAll();
      dossiers.rememberPast(staleReadMs ?? 0);
    },
    reset() {
      sessions.reset();
      dossiers.reset();
      tellsSteps = true;
    },
  };
}

const recordOf = ({ status, at, note, supplementUntil, result }: Step): object => ({
  errors: null,
  trangThai: String(status),
  thoiGianThucHien: toCompact(at),
  ghiChu: note,
  ketQuaXuLy: result,
  nguoiXuLy: 'Trần Thị Hạnh',
  chucDanh: 'Công chức Tư pháp - Hộ tịch',
  phongBanXuLy: 'UBND phường Buôn Ma Thuột',
  noiDungXuLy: note,
  hanBoSungHoSo: supplementUntil === null ? null : toCompact(supplementUntil),
});
