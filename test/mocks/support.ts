/** @module What the simulators' tests share: a running set, a client of the portal's wire, a gateway that answers as told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { buildSimulators } from '../../mocks/server.ts';
import type { SimulatorsOptions } from '../../mocks/simulator.ts';

export const ACCOUNT = { username: 'h15', password: 'h15', madonvi: 'H15' };

export type Json = Record<string, unknown>;

export interface Running {
  readonly url: string;
  get(path: string): Promise<{ status: number; body: Json }>;
  send(method: string, path: string, body: unknown): Promise<{ status: number; body: Json }>;
  close(): Promise<void>;
}

/** A set of simulators on a free port, closed when the test ends. */
export async function startSimulators(
  options: Omit<SimulatorsOptions, 'port'> = {},
  log?: (facts: Json) => void,
): Promise<Running> {
  const simulators = buildSimulators({ portal: ACCOUNT, ...options, port: 0 }, log);
  const url = await simulators.listen();
  let closed = false;
  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    await simulators.close();
  };
  onTestFinished(close);
  return { ...talkTo(url), close };
}

/** Plain JSON calls to a set of simulators. */
export function talkTo(url: string): Omit<Running, 'close'> {
  const send = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: Json }> => {
    const response = await fetch(url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: response.status, body: (await response.json()) as Json };
  };
  return { url, send, get: (path) => send('GET', path) };
}

export interface PortalClient {
  call(service: string, body?: Json): Promise<Json>;
  /** DongBoHoSoMC of one dossier. */
  dossier(record: Json, isUpdating?: boolean): Promise<Json>;
  /** CapNhatTienDoHoSoMC of one or more records `[code, status, time]`. */
  progress(...records: [code: string, status: string, time: string][]): Promise<Json>;
  lookUp(code: string): Promise<Json>;
}

/** A client with a session of its own. */
export async function logIn(at: Pick<Running, 'send'>): Promise<PortalClient> {
  const { username, password, madonvi } = ACCOUNT;
  const { body } = await at.send('POST', '/national-portal/mapi/login', { username, password });
  const { session } = body;
  const call = async (service: string, more: Json = {}): Promise<Json> =>
    (await at.send('POST', '/national-portal/mapi/g', { session, madonvi, service, ...more })).body;
  return {
    call,
    dossier: (record, isUpdating = false) =>
      call('DongBoHoSoMC', { isUpdating: isUpdating ? 'True' : 'False', data: [record] }),
    progress: (...records) => call('CapNhatTienDoHoSoMC', { data: records.map(progressRecord) }),
    lookUp: async (code) => (await call('TraCuuHoSo', { MaHoSo: code })).data as Json,
  };
}

export const progressRecord = ([MaHoSo, TrangThai, ThoiDiemXuLy]: [string, string, string]): Json => ({
  MaHoSo,
  TrangThai,
  ThoiDiemXuLy,
  NguoiXuLy: 'Lê Thị Bình',
  ChucDanh: 'Chuyên viên',
  PhongBanXuLy: 'Phòng Đăng ký',
  NoiDungXuLy: 'Đang xử lý',
  NgayBatDau: '',
  NgayKetThucTheoQuyDinh: '',
});

/** A dossier that the portal takes. */
export const dossierRecord = (MaHoSo: string, more: Json = {}): Json => ({
  MaHoSo,
  MaTTHC: '1.005129',
  TenTTHC: 'Đăng ký biến động đất đai',
  MaLinhVuc: 'G15-DD',
  TenLinhVuc: 'Đất đai',
  KenhThucHien: '2',
  ChuHoSo: 'Nguyễn Văn An',
  LoaiDoiTuong: '1',
  NgayTiepNhan: '20260202083000',
  NgayHenTra: '20260310170000',
  TrangThaiHoSo: '2',
  DonViXuLy: 'H15.50',
  ...more,
});

interface Received {
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  readonly body: Json;
}

export interface StandInGateway {
  readonly url: string;
  readonly received: Received[];
  /** What it answers from now on; null: it ends the connection. */
  answer: { status: number; body: string } | null;
}

/** A gateway that keeps what it is sent and answers as told. */
export async function startGateway(): Promise<StandInGateway> {
  const gateway: StandInGateway & { url: string } = {
    url: '',
    received: [],
    answer: { status: 200, body: '{"Result":1,"Message":""}' },
  };
  const server = createServer(async (request, response) => {
    const text = await request.setEncoding('utf8').toArray();
    const body = text.join('');
    gateway.received.push({ path: request.url!, headers: request.headers, text: body, body: JSON.parse(body) as Json });
    if (gateway.answer === null) response.destroy();
    else response.writeHead(gateway.answer.status).end(gateway.answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return Object.assign(gateway, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}
