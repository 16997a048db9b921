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
/** After so long without anything new it is worth asking for everything; */
const QUIET = 0.5 * SECOND;
/** after so long nothing more comes by itself. */
const ENDED = 15 * SECOND;

interface SeenRecord {
  readonly at: string;
  readonly dossier: string;
  readonly service: string;
  readonly occurredAt: string;
  readonly effect: boolean;
}

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
    let asked = -1;
    let changed = Date.now();
    for (;;) {
      const now = await this.records();
      if (now !== records) changed = Date.now();
      records = now;
      const isOver = Date.now() > deadline || Date.now() - changed >= ENDED;
      if (isOver || (records !== asked && Date.now() - changed >= QUIET)) {
        asked = records;
        const shown = await this.#shownSince(since);
        if (isOver || shown.times.length >= expected) return shown;
      }
      await sleep(LOOK_EVERY);
    }
  }

  /** Records that it took, repeats included. */
  async records(): Promise<number> {
    const stats = (await (await fetch(`${this.url}/_stats/national-portal`)).json()) as Record<
      'effects' | 'duplicates',
      number
    >;
    return stats.effects + stats.duplicates;
  }

  /** Sets its faults in place of those before; none heals it. */
  async fault(faults: object): Promise<void> {
    await fetch(`${this.url}/_faults/national-portal`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(faults),
    });
  }

  /** How the progress records that came since an instant lie: repeats, and those older than one of their dossier's before. */
  async orderSince(since: number): Promise<{ duplicates: number; disordered: number }> {
    const newest = new Map<string, string>();
    let duplicates = 0;
    let disordered = 0;
    for await (const { dossier, occurredAt, effect } of this.#progressSince(since)) {
      if (!effect) duplicates++;
      else if (occurredAt < (newest.get(dossier) ?? '')) disordered++;
      else newest.set(dossier, occurredAt);
    }
    return { duplicates, disordered };
  }

  async #shownSince(since: number): Promise<Shown> {
    const times: number[] = [];
    let duplicates = 0;
    for await (const { at, effect } of this.#progressSince(since)) {
      if (effect) times.push(Date.parse(at));
      else duplicates++;
    }
    return { times, duplicates };
  }

  async *#progressSince(since: number): AsyncGenerator<SeenRecord> {
    const { body } = await fetch(`${this.url}/_seen/national-portal`);
    for await (const line of createInterface({ input: Readable.fromWeb(body as ReadableStream) })) {
      const record = JSON.parse(line) as SeenRecord;
      if (record.service === 'CapNhatTienDoHoSoMC' && Date.parse(record.at) >= since) yield record;
    }
  }
}
