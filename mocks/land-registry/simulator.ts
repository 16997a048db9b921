/** @module The land registry (VBDLIS): pushes each step to the province with a security code in the path, and can be asked back. */
import type { Bend } from '../faults.ts';
import type { Answer, Call, Host, Simulator, SimulatorsOptions, System } from '../simulator.ts';
import { jsonAnswer } from '../simulator.ts';
import { toUtcIso } from '../times.ts';
import { DEFAULT_ACCOUNT, grantToken, type TokenEntry, Tokens } from '../tokens.ts';
import { perform } from './acts.ts';
import { type FileEntry, LandFiles, STATUSES } from './files.ts';
import { lookUpParcels } from './parcels.ts';
import { isProvinceCall, readProvinceCall } from './province-calls.ts';

const OFFICERS = [
  { MaCanBo: 'cb-vpdk-01', HoTen: 'Trần Thị Hạnh', MaDonVi: 'VPDK-H15' },
  { MaCanBo: 'cb-vpdk-02', HoTen: 'Lê Quốc Sơn', MaDonVi: 'VPDK-H15' },
];
const PROCEDURES = [
  { MaThuTuc: 'DKBD', TenThuTuc: 'Đăng ký biến động', MaTTHC: '1.005129' },
  { MaThuTuc: 'CN', TenThuTuc: 'Chuyển nhượng quyền sử dụng đất', MaTTHC: '2.000889' },
  { MaThuTuc: 'TTCN', TenThuTuc: 'Thay đổi thông tin người được cấp Giấy chứng nhận', MaTTHC: '1.004227' },
];
const CATALOGUES: Readonly<Record<string, readonly object[]>> = {
  GetDanhMucNguoiDung: OFFICERS,
  GetDanhMucThuTuc: PROCEDURES,
  GetDanhMucTrangThai: STATUSES,
};
const VIEW = 'GetThongTinHoSo';
const PARCELS = 'TraCuuThuaDat';

/** A call may carry a token of `/token`, as through an LGSP; one that does must carry a live one. */
const TOKEN = 'token';

export const landRegistry: System = { id: 'land-registry', build: buildLandRegistry };

function buildLandRegistry(host: Host, options: SimulatorsOptions): Simulator<FileEntry | TokenEntry> {
  const tokens = new Tokens();
  const files = new LandFiles();
  const webhook = options.webhooks?.['land-registry'];

  const service = (call: Call): string => {
    const name = call.path.slice(1);
    if (call.path === '/token') return TOKEN;
    const isKnown = isProvinceCall(name) || Object.hasOwn(CATALOGUES, name) || name === VIEW || name === PARCELS;
    return isKnown ? name : 'unknown';
  };
  /** The shape of every reply; `time` is the registry's clock. */
  const reply = (data: unknown, code: string, message: string, status = 200): Answer => {
    const success = code === 'OK';
    return jsonAnswer(
      { data, status: { success, code, type: success ? 'SUCCESS' : 'ERROR', time: toUtcIso(host.wireNow()), message } },
      status,
      !success,
    );
  };

  function answer(call: Call, bend: Bend): Answer {
    const name = service(call);
    if (name === TOKEN) return grantToken(call, DEFAULT_ACCOUNT, host.now(), (entry) => host.keep(entry));
    const expireEarly = host.faults().expireTokens ?? false;
    if (call.headers.authorization !== undefined && !tokens.admits(call, host.now(), expireEarly)) {
      if (expireEarly) bend.struck('expireTokens');
      return reply(null, 'CHUA_XAC_THUC', 'Phiên làm việc không còn hiệu lực', 401);
    }
    if (Object.hasOwn(CATALOGUES, name)) return reply(CATALOGUES[name], 'OK', '');
    if (name === VIEW) {
      const receipt = call.query.get('SoBienNhan') ?? '';
      const file = files.asOf(receipt, host.now() - bend.staleness());
      if (!file) return reply(null, 'KHONG_TIM_THAY', `Không tìm thấy hồ sơ ${receipt}`);
      const { receipt: SoBienNhan, dossier: MaHoSoMotCua, status: MaTrangThai, waiting } = file;
      return reply({ SoBienNhan, MaHoSoMotCua, MaTrangThai, danhSachVanBanChoBoSung: waiting }, 'OK', '');
    }
    if (name === PARCELS) {
      const found = lookUpParcels(call.json());
      return 'wrong' in found ? reply(null, 'DU_LIEU_SAI', found.wrong) : reply(found.parcels, 'OK', '');
    }
    if (!isProvinceCall(name) || call.method !== 'POST')
      return reply(null, 'KHONG_TIM_THAY', 'Đường dẫn không tồn tại', 404);
    const read = readProvinceCall(name, call.json(), call.body, files);
    if ('code' in read) return reply(null, read.code, read.message);
    if (!bend.drops()) host.keep({ ...read, at: host.now() });
    return reply({ SoBienNhan: read.file.receipt }, 'OK', '');
  }

  return {
    service,
    writes: (call) => isProvinceCall(service(call)),
    answer,
    apply(entry) {
      if (entry.kind === 'token') return tokens.put(entry);
      files.put(entry);
      if (entry.call === null) return;
      const { service: name, status, occurredAt, appointmentAt, effect } = entry.call;
      host.witness({
        at: entry.at,
        dossier: entry.file.dossier,
        service: name,
        status,
        occurredAt,
        appointmentAt,
        effect,
      });
    },
    act(act) {
      const at = host.now();
      const { file, operation, body } = perform(act, files, at, host.onItsClock);
      const entry: FileEntry = { kind: 'file', at, file, call: null };
      host.keep(entry);
      return host.push({ dossier: file.dossier, operation, body: JSON.stringify(body) });
    },
    ...(webhook && {
      pushRule: {
        address: (push) => ({ url: webhook.url.replace('{operation}', push.operation), headers: {} }),
        taken: (status, body) => status === 200 && /"Result"\s*:\s*"?1\b/.test(body),
      },
    }),
    faultsChanged() {
      const { expireTokens, staleReadMs } = host.faults();
      if (expireTokens) tokens.endAll();
      files.rememberPast(staleReadMs ?? 0);
    },
    reset() {
      tokens.endAll();
      files.reset();
    },
  };
}
