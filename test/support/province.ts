/** @module A timeline, the portal's simulator, and drains between them as processes would run them. */
import { onTestFinished } from 'vitest';
import nationalPortal from '../../connectors/national-portal/connector.ts';
import { buildSimulators } from '../../mocks/server.ts';
import type { PortalClient } from '../../src/capabilities/portal.ts';
import { contextOf } from '../../src/connector/connections.ts';
import { Upstream } from '../../src/connector/upstream.ts';
import type { EventCommand } from '../../src/dossiers/commands.ts';
import type { DossierFields } from '../../src/dossiers/shape.ts';
import type { ReportedStatus } from '../../src/dossiers/status.ts';
import { Drain, type DrainOptions } from '../../src/sync/drain.ts';
import { Verifier, type VerifierOptions } from '../../src/sync/verify.ts';
import { profile } from './catalogue.ts';
import { landStatus, registration } from './commands.ts';
import { openOldConnection } from './old-connection.ts';
import { testSeal } from './seal.ts';
import { PORTAL, silent, type Timeline } from './timeline.ts';
import { until } from './until.ts';

const ACCOUNT = { username: 'h15', password: 'h15', madonvi: 'H15' };

/** What the portal witnessed of a dossier. */
export interface SeenRecord {
  readonly at: string;
  readonly service: string;
  readonly status: string;
  readonly occurredAt: string | null;
  readonly appointmentAt: string | null;
  readonly effect: boolean;
}

export interface SyncRow {
  readonly headSeq: number;
  readonly ackedSeq: number;
  readonly attempts: number;
  readonly generation: number;
  readonly blockedReason: string | null;
  readonly leased: boolean;
  readonly unknown: boolean;
  readonly unverified: boolean;
  readonly nextAttemptAt: number;
  readonly lastError: string | null;
}

export type Province = Awaited<ReturnType<typeof openProvince>>;

/** Opens everything for one test, and closes it when the test ends. Nothing is delivered before a drain is started. */
export async function openProvince(timeline: Timeline) {
  await timeline.empty();
  const simulators = buildSimulators({ port: 0, portal: ACCOUNT });
  const url = await simulators.listen();
  const closing: (() => Promise<void>)[] = [() => simulators.close()];
  onTestFinished(async () => {
    for (const close of closing.reverse()) await close();
  });

  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const stats = async () =>
    (await call('GET', '/_stats/national-portal')) as {
      calls: number;
      effects: number;
      duplicates: number;
      byService: Record<string, number>;
      faultsFired: Record<string, number>;
    };
  const rowOf = async (code: string): Promise<SyncRow> => {
    const [row] = await timeline.rows<SyncRow>(
      `select s.head_seq as "headSeq", s.acked_seq as "ackedSeq", s.attempts, s.generation, s.blocked_reason as "blockedReason",
         s.lease_token is not null as leased, s.unknown_since is not null as unknown, s.unverified, s.next_attempt_at as "nextAttemptAt", s.last_error as "lastError"
       from sync_state s join dossier d on d.id = s.dossier_id where d.code = $1`,
      [code],
    );
    return row!;
  };
  const countBehind = async (): Promise<number> => {
    const [row] = await timeline.rows<{ n: number }>(
      'select count(*)::int as n from sync_state where acked_seq < head_seq or lease_token is not null',
    );
    return row!.n;
  };

  /** Another process of the province: its own connections, session and breaker. */
  const connect = (timeoutMs = 2_000, now: () => number = Date.now): { upstream: Upstream; client: PortalClient } => {
    const upstream = new Upstream({
      name: PORTAL,
      baseUrl: `${url}/${PORTAL}`,
      connections: 16,
      timeoutMs,
      now,
      breakerResetMs: 300,
    });
    closing.push(() => upstream.close());
    const settings = nationalPortal.settings.parse({ USERNAME: 'h15', PASSWORD: 'h15', UNIT: 'H15' });
    return { upstream, client: nationalPortal.portal!(contextOf(nationalPortal, { settings, upstream, now })) };
  };

  return {
    url,
    timeline,
    call,
    stats,
    rowOf,
    connect,
    faults: (faults: object) => call('PUT', '/_faults/national-portal', faults),
    settings: (settings: object) => call('PUT', '/_settings/national-portal', settings),
    act: (act: object) => call('POST', '/_act/national-portal', act),
    async seen(code: string): Promise<readonly SeenRecord[]> {
      const { records } = (await call('GET', `/_seen/national-portal?dossier=${code}`)) as { records: SeenRecord[] };
      return records;
    },
    /** The codes of the progress records that had an effect, in the order of arrival. */
    async progress(code: string): Promise<string[]> {
      return (await this.seen(code))
        .filter(({ service, effect }) => service === 'CapNhatTienDoHoSoMC' && effect)
        .map(({ status }) => status);
    },
    /** Another writer: the province's old connection. */
    oldConnection: () => openOldConnection(url),
    /** The dossier as the portal keeps it. */
    async kept(code: string) {
      return (await connect().client.read(code))?.kept as Record<string, never> | undefined;
    },
    register: (code: string, more: DossierFields = {}) => timeline.append(registration(code, { fields: more })),
    tell: (code: string, told: ReportedStatus, time: string, more: Partial<EventCommand> = {}) =>
      timeline.append(landStatus(code, told, time, more)),
    /** Starts a drain; `timeoutMs` is what it lets the portal take. */
    async drain(
      options: Partial<Omit<DrainOptions, 'settings'>> & {
        settings?: Partial<DrainOptions['settings']>;
        timeoutMs?: number;
      } = {},
    ) {
      const { timeoutMs = 2_000, settings, ...rest } = options;
      const { upstream, client } = connect(timeoutMs, rest.now);
      const drain = new Drain({
        destination: PORTAL,
        instance: `test-${closing.length}`,
        db: timeline.pool,
        seal: testSeal,
        portal: client,
        breaker: upstream.breaker,
        profile: () => profile,
        catalogue: () => timeline.catalogue,
        log: silent,
        now: Date.now,
        random: () => 0,
        ...rest,
        settings: {
          settleAfterMs: 100,
          leaseMs: 30_000,
          requestTimeoutMs: timeoutMs,
          probeEveryMs: 50,
          readBackAfterMs: 200,
          ...settings,
        },
      });
      let stopped = false;
      const stop = async (): Promise<void> => {
        if (stopped) return;
        stopped = true;
        await drain.stop();
      };
      closing.push(stop);
      await drain.start();
      return { upstream, wake: () => drain.wake(), stop };
    },
    /** Reads back what is due, round by round. */
    verifier(repaired: () => void = () => {}, more: Partial<VerifierOptions> = {}): Verifier {
      const { upstream, client } = connect();
      return new Verifier({
        destination: PORTAL,
        db: timeline.pool,
        portal: client,
        isOpen: () => upstream.breaker.state === 'closed',
        profile: () => profile,
        catalogue: () => timeline.catalogue,
        log: silent,
        now: Date.now,
        perSecond: 1_000,
        everyMs: 1_000,
        repaired: async () => repaired(),
        ...more,
      });
    },
    behind: countBehind,
    /** Waits until every dossier is in step. */
    inStep: () => until('every dossier is in step', async () => (await countBehind()) === 0),
  };
}
