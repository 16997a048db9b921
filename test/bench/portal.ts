/** @module The portal's simulator as the benchmark sees it: filled before a round, asked afterwards what it was shown. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import { toCompactTime } from '../../src/connector/compact-time.ts';
import { SECOND } from '../../src/units.ts';
import { PortalCaller } from './peers/portal.ts';
import { codeOf, type Story } from './story.ts';

export const ACCOUNT = { username: 'h15', password: 'a password of a benchmark', madonvi: 'H15' } as const;

const RECORDS_A_CALL = 1_000;
const LOOK_EVERY = 100;
/** Nothing new for so long means that nothing more comes by itself. */
const QUIET = 3 * SECOND;

/** Progress records that the portal took, each with the epoch milliseconds of its arrival. */
export interface Shown {
  readonly times: readonly number[];
  /** Records that repeated what was there. */
  readonly duplicates: number;
}

export class PortalUnderLoad {
  readonly url: string;

  constructor(simulatorsUrl: string) {
    this.url = simulatorsUrl;
  }

  async reset(): Promise<void> {
    await fetch(`${this.url}/_reset/national-portal`, { method: 'POST' });
  }

  /** Makes the story's dossiers known, for those that do not register them themselves. */
  async register({ dossiers, receivedAt }: Story): Promise<void> {
    const caller = new PortalCaller(this.url, ACCOUNT);
    for (let from = 0; from < dossiers; from += RECORDS_A_CALL) {
      const count = Math.min(RECORDS_A_CALL, dossiers - from);
      const data = Array.from({ length: count }, (_, i) => ({
        MaHoSo: codeOf(from + i),
        MaTTHC: '1.005129',
        TenTTHC: 'Đăng ký biến động quyền sử dụng đất',
        MaLinhVuc: 'G15-DD02',
        TenLinhVuc: 'Đất đai',
        KenhThucHien: '2',
        ChuHoSo: 'Nguyễn Văn An',
        LoaiDoiTuong: '1',
        NgayTiepNhan: toCompactTime(receivedAt),
        TrangThaiHoSo: '2',
        DonViXuLy: 'Sở Nông nghiệp và Môi trường',
      }));
      await caller.call('DongBoHoSoMC', { isUpdating: 'False', data });
    }
    await caller.close();
  }

  /**
   * Waits until `expected` progress records have come since an instant, or until nothing more comes.
   * @param patience milliseconds, at most
   */
  async untilShown(expected: number, since: number, patience: number): Promise<Shown> {
    const deadline = Date.now() + patience;
    let records = -1;
    let changed = Date.now();
    for (;;) {
      const now = await this.#records();
      if (now !== records) changed = Date.now();
      records = now;
      if (Date.now() - changed >= QUIET || Date.now() > deadline) {
        const shown = await this.#shownSince(since);
        if (shown.times.length >= expected || Date.now() > deadline || Date.now() - changed >= 5 * QUIET) return shown;
      }
      await sleep(LOOK_EVERY);
    }
  }

  async #records(): Promise<number> {
    const stats = (await (await fetch(`${this.url}/_stats/national-portal`)).json()) as Record<
      'effects' | 'duplicates',
      number
    >;
    return stats.effects + stats.duplicates;
  }

  async #shownSince(since: number): Promise<Shown> {
    const times: number[] = [];
    let duplicates = 0;
    const { body } = await fetch(`${this.url}/_seen/national-portal`);
    for await (const line of createInterface({ input: Readable.fromWeb(body as ReadableStream) })) {
      const { at, service, effect } = JSON.parse(line) as { at: string; service: string; effect: boolean };
      if (service !== 'CapNhatTienDoHoSoMC' || Date.parse(at) < since) continue;
      if (effect) times.push(Date.parse(at));
      else duplicates++;
    }
    return { times, duplicates };
  }
}
