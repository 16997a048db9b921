/** @module What the operator's page speaks of, brought about: dossiers that are refused, what could not be applied, and what differs. */
import { connectors } from '../../connectors/index.ts';
import { sealedText } from '../../src/access/sealed-json.ts';
import { connectorEnvironment } from '../../src/demo/connectors.ts';
import { demoFiles } from '../../src/demo/payments.ts';
import { registration, status } from '../support/commands.ts';
import type { Product } from '../support/product.ts';
import { ENCRYPTION_KEY } from '../support/seal.ts';
import { until } from '../support/until.ts';

const DAY = '2026-03-10';
/** Named on the page. */
const REFUSED: readonly (readonly [n: number, words: string])[] = [
  [1, 'Trường ThoiDiemXuLy không đúng định dạng'],
  [2, 'Trường ThoiDiemXuLy không đúng định dạng'],
  [3, 'Mã thủ tục không có trên Cổng'],
  [4, 'Trường MaLinhVuc là bắt buộc'],
  [5, 'Đơn vị không có quyền'],
];
/** Made to show something else at the portal before a decision is told about. */
const DIFFERING = [
  [11, { act: 'set-status', status: '2' }],
  [12, { act: 'set-status', status: '2' }],
  [13, { act: 'set-channel', channel: 'counter' }],
  [14, { act: 'set-appointment', at: '2026-05-05T17:00:00+07:00' }],
] as const;
/** Paused, and the portal has forgotten it. */
const PAUSED = 15;

const code = (n: number): string => `H15.50-260310-70${String(n).padStart(2, '0')}`;

export class Scene {
  /** The smallest PNG. */
  readonly screen = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  readonly #product: Product;
  #quarantined = 0;

  constructor(product: Product) {
    this.#product = product;
  }

  /** Every dossier that the page names, as the portal has it. */
  async begin(): Promise<void> {
    const numbers = [...REFUSED.map(([n]) => n), ...DIFFERING.map(([n]) => n), PAUSED];
    await this.#append(...numbers.map((n) => registration(code(n))));
    await this.#append(...numbers.map((n) => status(code(n), n === PAUSED ? 'paused' : 'processing', '03-11T09:00')));
    await this.#inStep(numbers);
  }

  /** A list as the portal would export it. */
  exported(): string {
    return 'Mã hồ sơ,Trạng thái\nH15.58-260310-8001,Đang xử lý\n';
  }

  /** The settings of an installation whose database and portal these are. */
  settings(): Readonly<Record<string, string>> {
    return {
      DATABASE_URL: this.#product.databaseUrl,
      ENCRYPTION_KEY,
      AUDIT_KEY: 'a key of the tests, long enough for it',
      PUBLIC_URL: this.#product.url,
      ...demoFiles,
      ...connectorEnvironment(connectors, this.#product.simulators),
    };
  }

  async set(heading: string): Promise<void> {
    if (heading === 'What the portal refuses') await this.#refuse();
    if (heading === 'What could not be applied') await this.#quarantine();
    if (heading === 'Decide about differences') await this.#differ();
  }

  /** The operations that were asked with success, by the gateway's own count. */
  async operationsCalled(): Promise<ReadonlySet<string>> {
    const metrics = await this.#product.deps.app.metrics.getMetricsAsJSON();
    const asked = metrics.find(({ name }) => name === 'lienthong_http_request_duration_seconds')!;
    const values = asked.values as readonly { readonly labels: { operation?: string; status?: number | string } }[];
    return new Set(
      values.filter(({ labels }) => Number(labels.status) < 300).map(({ labels }) => labels.operation ?? ''),
    );
  }

  async #append(...commands: Parameters<Product['deps']['appender']['append']>[0]['commands']): Promise<void> {
    for (const command of commands) await this.#product.deps.appender.append({ commands: [command], raw: null });
  }

  async #inStep(numbers: readonly number[]): Promise<void> {
    const { database } = this.#product;
    await until('the portal has what the page names', async () => {
      const { rows } = await database.query<{ n: number }>(
        `select count(*)::int as n from sync_state s join dossier d on d.id = s.dossier_id
         where d.code = any($1) and s.acked_seq >= s.head_seq`,
        [numbers.map(code)],
      );
      return rows[0]!.n === numbers.length;
    });
  }

  /** As the drain leaves what the portal refuses. */
  async #refuse(): Promise<void> {
    await this.#inStep(REFUSED.map(([n]) => n));
    for (const [n, words] of REFUSED)
      await this.#product.database.query(
        `update sync_state set acked_seq = head_seq - 1, blocked_reason = $2, blocked_at = now()
         where dossier_id = (select id from dossier where code = $1)`,
        [code(n), sealedText(words, this.#product.seal)],
      );
  }

  async #quarantine(): Promise<void> {
    const n = this.#quarantined++;
    const unknown = code(80 + n);
    const onFault = 'quarantine' as const;
    await this.#append(
      status(unknown, 'processing', '03-11T08:00', { onFault, eventId: `of-${unknown}` }),
      registration(unknown),
      status(code(1), 'processing', '03-01T08:00', { onFault, eventId: `too-early-${n}` }),
    );
  }

  /** What the portal is made to show otherwise is compared, and stands confirmed. */
  async #differ(): Promise<void> {
    const { act, igate } = this.#product;
    for (const [n, more] of DIFFERING) await act('national-portal', { ...more, dossier: code(n) });
    await act('national-portal', { act: 'forget-pause', dossier: code(PAUSED) });
    const { id } = await igate<{ id: string }>('POST', '/v1/reconciliations', { from: DAY, to: DAY });
    await until('what differs is confirmed', async () => {
      const { state } = await igate<{ state: string }>('GET', `/v1/reconciliations/${id}`);
      return state === 'done';
    });
  }
}
