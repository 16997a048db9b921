/** @module The national business registry: enterprises by code, and the steps of its dossiers, listed by when they were written down. */
import { z } from 'zod';
import type { Bend } from '../faults.ts';
import { settingsFaults } from '../settings-faults.ts';
import {
  type Answer,
  type Call,
  type Host,
  jsonAnswer,
  type SettingsEntry,
  type Simulator,
  type SimulatorsOptions,
  type System,
} from '../simulator.ts';
import { parseCompact } from '../times.ts';
import { DEFAULT_ACCOUNT, grantToken, type TokenEntry, Tokens } from '../tokens.ts';
import { RegistryDossiers, recordOf, type StepEntry } from './dossiers.ts';
import { certificateOf } from './enterprises.ts';

type RegistryEntry = StepEntry | TokenEntry | SettingsEntry;

const LARGEST_PAGE = 100;
const SERVICES: Readonly<Record<string, string>> = {
  '/token': 'token',
  '/chiTietDoanhNghiep': 'chiTietDoanhNghiep',
  '/danhSachTrangThaiHoSo': 'danhSachTrangThaiHoSo',
};

const settingsSchema = z
  .strictObject({
    /** How much later than its own time a step can be seen: a registry lists what it has committed, not what it has stamped. */
    visibleAfterMs: z.int().min(0).max(600_000),
  })
  .partial();
const DEFAULT_SETTINGS = { visibleAfterMs: 0 };

export const businessRegistry: System = { id: 'business-registry', build: buildBusinessRegistry };

function buildBusinessRegistry(host: Host, options: SimulatorsOptions): Simulator<RegistryEntry> {
  const account = options.accounts?.['business-registry'] ?? DEFAULT_ACCOUNT;
  const tokens = new Tokens();
  const dossiers = new RegistryDossiers();
  let settings = DEFAULT_SETTINGS;

  const service = (call: Call): string => SERVICES[call.path] ?? 'unknown';
  const refuse = (status: number, message: string): Answer => jsonAnswer({ message }, status, true);
  const keep = (entry: RegistryEntry): void => host.keep(entry);

  function list(query: URLSearchParams, bend: Bend): Answer {
    const since = parseCompact(query.get('tuThoiDiem') ?? '');
    const page = Number(query.get('trang') ?? '1');
    const size = Number(query.get('soBanGhi') ?? LARGEST_PAGE);
    if (since === null) return refuse(400, 'tuThoiDiem phải là yyyyMMddHHmmss');
    if (!Number.isInteger(page) || page < 1) return refuse(400, 'trang phải từ 1');
    if (!Number.isInteger(size) || size < 1 || size > LARGEST_PAGE)
      return refuse(400, `soBanGhi phải từ 1 đến ${LARGEST_PAGE}`);
    const steps = dossiers.since(since, host.now() - bend.staleness(), settings.visibleAfterMs);
    const records = steps.slice((page - 1) * size, page * size).map((step) => recordOf(step, host.onItsClock));
    return jsonAnswer({ TongSo: String(steps.length), DanhSach: records });
  }

  return {
    service,
    writes: () => false,
    answer(call, bend) {
      const name = service(call);
      if (name === 'token') return grantToken(call, account, host.now(), keep);
      if (name === 'unknown' || call.method !== 'GET') return refuse(404, 'Không có dịch vụ này');
      if (!tokens.admits(call, host.now(), host.faults().expireTokens ?? false))
        return refuse(401, 'Invalid Credentials');
      if (name === 'danhSachTrangThaiHoSo') return list(call.query, bend);
      const code = call.query.get('msdn') ?? '';
      if (!/^\d{10}(-\d{3})?$/.test(code)) return refuse(400, 'msdn phải là mã số doanh nghiệp');
      const certificate = certificateOf(code);
      return jsonAnswer({ GetEntCert: certificate === null ? [] : [certificate] });
    },
    settings: {
      current: () => settings,
      faults: (wanted) => settingsFaults(settingsSchema, wanted),
    },
    faultsChanged() {
      if (host.faults().expireTokens) tokens.endAll();
    },
    apply(entry) {
      if (entry.kind === 'token') tokens.put(entry);
      else if (entry.kind === 'step') dossiers.put(entry);
      else settings = { ...settings, ...settingsSchema.parse(entry.settings) };
    },
    act(act) {
      const step = dossiers.step(act, host.now(), host.onItsClock);
      keep(step);
      return recordOf(step, host.onItsClock);
    },
    reset() {
      tokens.endAll();
      dossiers.reset();
      settings = DEFAULT_SETTINGS;
    },
  };
}
