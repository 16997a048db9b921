/** @module The portal's wire as the peers call it: a session, and progress in calls of ten. */
import { Pool } from 'undici';
import { toCompactTime } from '../../../src/connector/compact-time.ts';
import { PORTAL_CODES } from '../story.ts';

export interface Account {
  readonly username: string;
  readonly password: string;
  readonly madonvi: string;
}

/** What a peer keeps of an event until it is delivered. */
export interface PeerEvent {
  readonly dossierCode: string;
  readonly status: string;
  readonly occurredAt: string;
  readonly note: string;
  readonly actor: string;
}

const RECORDS_A_CALL = 10;
const CALLS_AT_ONCE = 16;

export class PortalCaller {
  readonly #pool: Pool;
  readonly #account: Account;
  #session: Promise<string> | null = null;

  constructor(url: string, account: Account) {
    this.#pool = new Pool(url, { connections: CALLS_AT_ONCE });
    this.#account = account;
  }

  /** @throws when the portal refuses */
  async call(service: string, body: object): Promise<void> {
    this.#session ??= this.#login();
    const session = await this.#session;
    await this.#post('/national-portal/mapi/g', { session, madonvi: this.#account.madonvi, service, ...body });
  }

  /** Tells events in calls of ten, several at once. */
  async progress(events: readonly PeerEvent[]): Promise<void> {
    const calls: Promise<void>[] = [];
    for (let from = 0; from < events.length; from += RECORDS_A_CALL) {
      const data = events.slice(from, from + RECORDS_A_CALL).map((event) => ({
        MaHoSo: event.dossierCode,
        ThoiDiemXuLy: toCompactTime(Date.parse(event.occurredAt)),
        TrangThai: PORTAL_CODES[event.status]!,
        NguoiXuLy: event.actor,
        NoiDungXuLy: event.note,
      }));
      calls.push(this.call('CapNhatTienDoHoSoMC', { data }));
    }
    await Promise.all(calls);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #login(): Promise<string> {
    const { username, password } = this.#account;
    return (await this.#post('/national-portal/mapi/login', { username, password })).session!;
  }

  async #post(path: string, body: object): Promise<{ session?: string }> {
    const response = await this.#pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.body.json()) as { error_code: number | string; message?: string; session?: string };
    if (String(answer.error_code) !== '0')
      throw new Error(`the portal refused: ${answer.error_code} ${answer.message}`);
    return answer;
  }
}
