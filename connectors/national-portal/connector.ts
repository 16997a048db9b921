/** @module National Public Service Portal (Cổng DVCQG): dossiers and progress out, read back by code or by listing. Wire: VPCP guide v1.4 (2020), observed. */
import { z } from 'zod';
import type { CatalogueSource, ListedAgency, ListedProcedure } from '../../src/capabilities/catalogue.ts';
import type { PortalClient, PortalRow } from '../../src/capabilities/portal.ts';
import { agreedLimit, callsPerDay } from '../../src/connector/agreed-limit.ts';
import { parseAnswer } from '../../src/connector/answer.ts';
import { session } from '../../src/connector/credentials.ts';
import { type ConnectorContext, defineConnector } from '../../src/connector/define.ts';
import { UpstreamError, type UpstreamFailure } from '../../src/connector/upstream-error.ts';
import { toListedAgency, toListedProcedure } from './catalogue.ts';
import { changedFields, changedNames, toMerged, toNewRecord, toProgress, toRow, toView } from './mapping.ts';
import { shim } from './shim.ts';
import * as wire from './wire.ts';

const settings = z.object({
  CALLS_PER_DAY: callsPerDay,
  BASE_URL: z.url().optional().meta({ description: 'Address of the portal’s exchange, e.g. through the LGSP adapter' }),
  USERNAME: z.string().default('').meta({ description: 'Account of the province at the portal' }),
  PASSWORD: z.string().default('').meta({ description: 'Password of that account', secret: true }),
  UNIT: z.string().default('').meta({ description: 'madonvi: the province’s unit code, e.g. H15' }),
  DSTCODE: z
    .string()
    .default('')
    .meta({ description: 'Value of the header dstcode; empty where the adapter asks for none' }),
});
type Settings = z.output<typeof settings>;

/** Larger answers are kept apart by the runtime and freed late: a listing of millions would take half a gigabyte. */
const PAGE = 500;

class Portal implements PortalClient, CatalogueSource {
  readonly name = 'national-portal';
  readonly covers = 'all';
  readonly #context: ConnectorContext<Settings>;

  constructor(context: ConnectorContext<Settings>) {
    this.#context = context;
  }

  async create(snapshots: Parameters<PortalClient['create']>[0]): Promise<void> {
    await this.#call('DongBoHoSoMC', { isUpdating: 'False', data: snapshots.map(toNewRecord) }, wire.reply);
  }

  async update(items: Parameters<PortalClient['update']>[0]): Promise<void> {
    const changed: wire.DossierRecord[] = [];
    for (const { snapshot, kept } of items) {
      const merged = toMerged(kept, snapshot);
      if (changedNames(kept, merged).length > 0) changed.push(merged);
    }
    if (changed.length > 0) await this.#call('DongBoHoSoMC', { isUpdating: 'True', data: changed }, wire.reply);
  }

  async progress(records: Parameters<PortalClient['progress']>[0]): Promise<void> {
    await this.#call('CapNhatTienDoHoSoMC', { data: records.map(toProgress) }, wire.reply);
  }

  async read(code: string): ReturnType<PortalClient['read']> {
    try {
      const { data } = await this.#call('TraCuuHoSo', { MaHoSo: code }, wire.lookUpReply);
      return toView(data);
    } catch (error) {
      if (error instanceof NotFound) return null;
      throw error;
    }
  }

  changes(...[snapshot, kept]: Parameters<PortalClient['changes']>): ReturnType<PortalClient['changes']> {
    return changedFields(kept, toMerged(kept, snapshot));
  }

  async list(from: string, to: string, page: number): ReturnType<PortalClient['list']> {
    const days = { TuNgay: from.replaceAll('-', ''), DenNgay: to.replaceAll('-', '') };
    const paging = { TrangHienTai: String(page), SoBanGhi: String(PAGE) };
    try {
      const { data, tongSo } = await this.#call('LayDanhSachHoSo', { ...days, ...paging }, wire.listReply);
      return { rows: rowsOf(data), more: isMore(page, data.length, tongSo ? Number(tongSo) : null) };
    } catch (error) {
      if (error instanceof NoSuchService) return null;
      throw error;
    }
  }

  async listProcedures(): Promise<readonly ListedProcedure[]> {
    const { data } = await this.#call('LayDanhSachTTHC', {}, wire.procedureListReply);
    return data.map(toListedProcedure);
  }

  async listAgencies(): Promise<readonly ListedAgency[]> {
    const { data } = await this.#call('LayDanhMucCoQuan', {}, wire.agencyListReply);
    return data.map(toListedAgency);
  }

  /** A login asks nothing of a dossier. */
  async probe(): Promise<void> {
    await login(this.#context, true);
  }

  async #call<T extends { error_code: string; message?: string | null | undefined }>(
    service: string,
    body: object,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const { settings: account, upstream, credentials } = this.#context;
    return credentials.withToken(async (session) => {
      const answer = await upstream.json({
        operation: service,
        method: 'POST',
        path: '/mapi/g',
        headers: account.DSTCODE === '' ? {} : { dstcode: account.DSTCODE },
        json: { session, madonvi: account.UNIT, service, ...body },
      });
      const { error_code: code, message } = parse(service, wire.reply, answer);
      if (wire.DONE.has(code)) return parse(service, schema, answer);
      throw refusalOf(service, code, message ?? '');
    });
  }
}

async function login(
  { settings: account, upstream }: Pick<ConnectorContext<Settings>, 'settings' | 'upstream'>,
  isProbe: boolean,
): Promise<string> {
  const answer = await upstream.json({
    operation: 'login',
    method: 'POST',
    path: '/mapi/login',
    json: { username: account.USERNAME, password: account.PASSWORD },
    isProbe,
  });
  const { error_code, message, session } = parse('login', wire.loginReply, answer);
  if (wire.DONE.has(error_code) && session) return session;
  throw failure('login', kindOf(error_code, 'auth'), message ?? '', 'not-done');
}

/** Fewer rows than these, all of them broken, say nothing of the listing. */
const TELLING = 10;

/** Rows that cannot be read are left out: each dossier can still be asked about. A listing that is none of what we know is a broken answer. */
function rowsOf(data: readonly unknown[]): PortalRow[] {
  const rows = data.map((row) => wire.listedDossier.safeParse(row));
  const read = rows.filter(({ success }) => success);
  if (rows.length >= TELLING && read.length * 2 < rows.length)
    parse('LayDanhSachHoSo', z.array(wire.listedDossier), data);
  return read.map(({ data: row }) => toRow(row!));
}

/** A total that is wrong, or pages that are cut shorter than asked for, hide nothing: it is the last page where both say so. */
const isMore = (page: number, listed: number, total: number | null): boolean =>
  listed >= PAGE || (listed > 0 && total !== null && (page - 1) * PAGE + listed !== total);

class NotFound extends UpstreamError {}
class NoSuchService extends UpstreamError {}

function refusalOf(service: string, code: string, message: string): UpstreamError {
  const words = `${code}: ${message}`;
  if (wire.EXISTS.has(code) && (service === 'DongBoHoSoMC' || /đã tồn tại/i.test(message)))
    return failure(service, 'exists', words, 'not-done');
  if (wire.NO_RIGHTS.has(code)) return failure(service, 'auth', words, 'not-done', true);
  if (wire.NOT_FOUND.has(code) && service === 'TraCuuHoSo')
    return new NotFound('rejected', { upstream: 'national-portal', operation: service, words, outcome: 'not-done' });
  if (wire.NO_SUCH_SERVICE.has(code))
    return new NoSuchService('rejected', {
      upstream: 'national-portal',
      operation: service,
      words,
      outcome: 'not-done',
    });
  return failure(service, kindOf(code, 'rejected'), words, wire.SYSTEM_FAILED.has(code) ? 'unknown' : 'not-done');
}

function kindOf(code: string, otherwise: UpstreamFailure): UpstreamFailure {
  if (wire.SESSION_ENDED.has(code) || wire.NO_RIGHTS.has(code)) return 'auth';
  if (wire.QUOTA.has(code)) return 'quota';
  if (wire.MAINTENANCE.has(code)) return 'maintenance';
  if (wire.SYSTEM_FAILED.has(code)) return 'unavailable';
  return otherwise;
}

const failure = (
  operation: string,
  kind: UpstreamFailure,
  words: string,
  outcome: 'not-done' | 'unknown',
  denied = false,
): UpstreamError =>
  new UpstreamError(kind, { upstream: 'national-portal', operation, words, outcome, ...(denied && { denied }) });

const parse = <T>(operation: string, schema: z.ZodType<T>, answer: unknown): T =>
  parseAnswer(schema, answer, { upstream: 'national-portal', operation });

export default defineConnector({
  name: 'national-portal',
  title: { vi: 'Cổng Dịch vụ công quốc gia', en: 'National Public Service Portal' },
  capabilities: ['portal', 'catalogue'],
  wire: {
    version: 'vpcp-1.4',
    confidence: 'observed',
    note: {
      vi: 'Theo hướng dẫn kết nối của VPCP v1.4 (2020) và mã nguồn đến 2025; bản mới của Trung tâm Dữ liệu quốc gia chưa công bố.',
      en: 'By the VPCP guide v1.4 (2020) and code up to 2025; the National Data Centre’s newer one is not public.',
    },
  },
  settings,
  baseUrl: ({ BASE_URL }) => BASE_URL ?? null,
  timeoutMs: 60_000,
  connections: 24,
  limits: [agreedLimit({ vi: 'Cổng Dịch vụ công quốc gia', en: 'the national portal' })],
  credentials: (context) =>
    session({ ...context, login: async () => ({ token: await login(context, false), livesMs: null }) }),
  probe: async (context) => void (await login(context, true)),
  portal: (context) => new Portal(context),
  catalogue: (context) => new Portal(context),
  shim,
});
