/** @module The portal simulator as a fault run talks to it: faults in, witness and statistics out. */
import type { Faults } from '../../mocks/faults.ts';
import type { Seen, Shown } from './history.ts';

export interface PortalStatistics {
  readonly calls: number;
  readonly duplicates: number;
  readonly byService: Readonly<Record<string, number>>;
  readonly faultsFired: Readonly<Record<string, number>>;
}

export const ACCOUNT = { username: 'h15', password: 'fault-run', madonvi: 'H15' };
const PAGE = 1000;

export class Portal {
  readonly url: string;

  /** @param simulators address of the simulators */
  constructor(simulators: string) {
    this.url = simulators;
  }

  /** Replaces every fault. */
  async faults(faults: Faults): Promise<void> {
    await this.#json('PUT', '/_faults/national-portal', faults);
  }

  heal(): Promise<void> {
    return this.faults({});
  }

  async statistics(): Promise<PortalStatistics> {
    return (await this.#json('GET', '/_stats/national-portal')) as PortalStatistics;
  }

  /** Whether it has a listing. */
  async lists(lists: boolean): Promise<void> {
    await this.#json('PUT', '/_settings/national-portal', { lists });
  }

  /** What people or mishaps do at it. */
  async act(act: { readonly act: string; readonly dossier: string } & Readonly<Record<string, string>>): Promise<void> {
    await this.#json('POST', '/_act/national-portal', act);
  }

  /** Every record that it accepted, in order. */
  async seen(): Promise<Seen[]> {
    const text = await (await fetch(`${this.url}/_seen/national-portal`)).text();
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const { at, dossier, service, status, occurredAt } = JSON.parse(line) as Record<string, string>;
        return {
          fact: 'seen',
          at: Date.parse(at!),
          dossier: dossier!,
          kind: service === 'CapNhatTienDoHoSoMC' ? 'progress' : 'snapshot',
          code: status!,
          occurredAt: occurredAt ? Date.parse(occurredAt) : null,
        };
      });
  }

  /** What it shows of every dossier received in the year of `day`. */
  async shown(day: number): Promise<Shown[]> {
    const { session } = (await this.#json('POST', '/national-portal/mapi/login', ACCOUNT)) as { session: string };
    const year = new Date(day).getUTCFullYear();
    const found: Shown[] = [];
    for (let page = 1, total = 1; (page - 1) * PAGE < total; page++) {
      const answer = (await this.#json('POST', '/national-portal/mapi/g', {
        session,
        madonvi: ACCOUNT.madonvi,
        service: 'LayDanhSachHoSo',
        TuNgay: `${year - 1}1201`,
        DenNgay: `${year + 1}0101`,
        TrangHienTai: String(page),
        SoBanGhi: String(PAGE),
      })) as { data: { MaHoSo: string; TrangThaiHoSo: string }[]; tongSo: string };
      total = Number(answer.tongSo);
      for (const { MaHoSo, TrangThaiHoSo } of answer.data)
        found.push({ fact: 'shown', at: Date.now(), dossier: MaHoSo, code: TrangThaiHoSo });
    }
    return found;
  }

  async #json(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json', connection: 'close' } }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}
