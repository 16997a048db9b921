/** @module The long chaos: replicas killed and databases crashed under load, at every rate of every fault of the portal, then healed and judged. */
import { expect, it, vi } from 'vitest';
import type { FaultName, Faults } from '../../mocks/faults.ts';
import { seededRandom } from '../../mocks/random.ts';
import type { FaultPoint } from '../../src/deps.ts';
import { MINUTE, SECOND } from '../../src/units.ts';
import { Operator } from './operator.ts';
import { ownDatabase } from './own-database.ts';
import { EXACT, openScene, type Replica, type Scene } from './scene.ts';
import { dossierCode, life, lives } from './stories.ts';

const POINTS: readonly FaultPoint[] = [
  'before-commit',
  'after-commit',
  'after-lease',
  'after-send',
  'before-acknowledge',
  'mid-repair',
];
const RATES = [0, 0.05, 0.3];
const SPOILT_AT_ONCE = 5;
/** Repairs that the sync makes of a difference before it leaves it to people, and the most that may be left so, of all that was spoilt. */
const REPAIRS_TRIED = 3;
const MOST_LEFT = 0.05;
/** A database that crashed has its log to replay first, on a machine that has other work. */
const START_PATIENCE = 10 * MINUTE;
const KILLS_A_RATE = 18;
const CRASHES_A_RATE = 4;
/** Enough for work at every moment, few enough that what the portal's faults keep back does not pile up. */
const MOST_BEHIND = 80;
const MOST_DOSSIERS = 2_000;

/** The dice's classes share the rate among them: together that many calls fail. */
const DICE = [
  'errorRate',
  'lostAnswerRate',
  'timeoutRate',
  'resetRate',
  'malformedRate',
  'truncateRate',
  'htmlRate',
  'partialBatchRate',
] as const satisfies readonly FaultName[];
const diceAt = (rate: number): Faults => Object.fromEntries(DICE.map((name) => [name, rate / DICE.length]));

/** Classes without a rate, one after the other. Duplicated and shuffled pushes are faults of other systems' simulators. */
const OTHERS: readonly Faults[] = [
  // Apart from the dice: a record that was dropped in silence can only come after those that followed it.
  { silentDropRate: 0.2 },
  { latencyMs: 5, jitterMs: 10 },
  { expireTokens: true },
  { rateLimitPerSecond: 10 },
  { lostAnswerRate: 0.3, lateEffectMs: 150 },
  { slowBodyBytesPerSecond: 20_000 },
  { staleReadMs: 100 },
  { clockSkewMs: 600_000 },
  { errorRate: 0.1, status: 503 },
  { down: true },
];

/** The load, and what strikes it. */
class Chaos {
  readonly scene: Scene;
  readonly random = seededRandom(20_260_310);
  readonly kills: Record<string, number> = {};
  /** The last words of gateways that ended without being killed: there must be none. */
  readonly selfEnded: string[] = [];
  crashes = 0;
  dossiers = 0;
  isLoaded = true;
  readonly fired: Record<string, number> = {};
  /** Dossiers that the portal spoilt, by the way, for reconciliation to find. */
  readonly spoilt = new Set<string>();
  readonly operator: Operator;
  #named = 0;

  constructor(scene: Scene) {
    this.scene = scene;
    this.operator = new Operator(scene);
  }

  get killed(): number {
    return Object.values(this.kills).reduce((sum, count) => sum + count, 0);
  }

  /** Tells of dossier after dossier while there is load, and waits while too many are behind. */
  async load(): Promise<void> {
    while (this.isLoaded && this.dossiers < MOST_DOSSIERS) {
      for (const step of life(dossierCode(++this.dossiers))) await this.scene.senders.send(step);
      await vi.waitUntil(() => this.#isCaughtUp(), { timeout: 5 * MINUTE, interval: 100 });
    }
  }

  /** Lets a replica live until it kills itself at a point or, a while later, is killed where it stands; while `goesOn`. */
  async killAgainAndAgain(replica: Replica, goesOn: () => boolean): Promise<void> {
    await replica.end();
    while (goesOn()) {
      const isNamed = this.random() < 0.6;
      const point = POINTS[this.#named % POINTS.length]!;
      if (isNamed) this.#named++;
      // A repair is seldom beside what is delivered: its first is taken.
      const passing = point === 'mid-repair' ? 1 : 1 + Math.floor(this.random() * 6);
      const started = await this.#start(replica, isNamed ? `${point}:${passing}` : undefined);
      const long = (1 + 3 * this.random()) * SECOND;
      const endedItself = await vi
        .waitUntil(started.hasEnded, { timeout: isNamed ? 6 * SECOND : long, interval: 20 })
        .catch(() => false);
      await replica.end('SIGKILL');
      // Only at a named point does it kill itself: any other end of its own is a crash.
      if ((await started.ended) !== 'SIGKILL') this.selfEnded.push(started.said().slice(-1500));
      else this.#count(endedItself ? point : 'at random');
    }
    await this.#start(replica);
  }

  /** Lets the portal spoil dossiers that it has, and the gateways mend what they find. */
  async reconcileAgainAndAgain(): Promise<void> {
    while (this.isLoaded) {
      await new Promise((resolve) => setTimeout(resolve, SECOND));
      try {
        for (let n = 0; n < SPOILT_AT_ONCE && this.dossiers > 0; n++) {
          const dossier = dossierCode(1 + Math.floor(this.random() * this.dossiers));
          // One that is not there yet cannot be spoilt.
          await this.scene.portal.act({ act: 'set-channel', dossier, channel: 'counter' }).then(
            () => this.spoilt.add(dossier),
            () => {},
          );
        }
        await this.operator.start();
      } catch {
        // The database has just crashed.
      }
    }
  }

  /** Counts the faults that struck, and ends them. */
  async heal(): Promise<void> {
    const { faultsFired } = await this.scene.portal.statistics();
    Object.assign(this.fired, faultsFired);
    await this.scene.portal.heal();
  }

  #count(kind: string): void {
    this.kills[kind] = (this.kills[kind] ?? 0) + 1;
  }

  async #isCaughtUp(): Promise<boolean> {
    if (!this.isLoaded) return true;
    try {
      const { rows } = await this.scene.pool.query(
        'select from sync_state where acked_seq < head_seq and blocked_reason is null limit $1',
        [MOST_BEHIND],
      );
      return rows.length < MOST_BEHIND;
    } catch {
      // The database has just crashed.
      return false;
    }
  }

  /** A gateway that finds its database crashed ends at once; what runs it starts it again. */
  #start(replica: Replica, faultPoint?: string) {
    return vi.waitFor(() => replica.start(faultPoint), { timeout: START_PATIENCE, interval: 100 });
  }
}

/** How many differences there are of each kind and state. */
async function countDifferences({ pool }: Scene): Promise<Readonly<Record<string, number>>> {
  const { rows } = await pool.query<{ what: string; n: number }>(
    "select kind || ' ' || state as what, count(*)::int as n from difference group by 1 order by 1",
  );
  return Object.fromEntries(rows.map(({ what, n }) => [what, n]));
}

const table = (title: string, rows: Readonly<Record<string, unknown>>): void => {
  const width = Math.max(...Object.keys(rows).map(({ length }) => length));
  const lines = Object.entries(rows).map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
  console.log([title, ...lines].join('\n'));
};

it('three replicas on a crashing database before a failing portal lose, repeat and disorder nothing', {
  timeout: 40 * MINUTE,
}, async () => {
  const database = await ownDatabase();
  const scene = await openScene({ database, replicas: 3 });
  const chaos = new Chaos(scene);
  const loads = Promise.all([chaos.reconcileAgainAndAgain(), ...Array.from({ length: 6 }, () => chaos.load())]);

  for (const [i, rate] of RATES.entries()) {
    await scene.portal.faults({ ...diceAt(rate), seed: i + 1 });
    const goesOn = (): boolean => chaos.killed < KILLS_A_RATE * (i + 1);
    const crashing = async (): Promise<void> => {
      for (let crash = 0; crash < CRASHES_A_RATE; crash++) {
        const [killed, told] = [chaos.killed, scene.history.length];
        await vi.waitUntil(() => chaos.killed >= killed + 3 || !goesOn(), { timeout: 5 * MINUTE });
        await vi.waitUntil(() => scene.history.length > told, { timeout: MINUTE });
        await database.crash();
        chaos.crashes++;
      }
    };
    await Promise.all([crashing(), ...scene.replicas.map((replica) => chaos.killAgainAndAgain(replica, goesOn))]);
    await chaos.heal();
  }
  for (const faults of OTHERS) {
    await scene.portal.faults(faults);
    const names = Object.keys(faults).filter((name) => name !== 'status');
    await vi.waitFor(
      async () => {
        const { faultsFired } = await scene.portal.statistics();
        expect(names.filter((name) => !faultsFired[name])).toEqual([]);
      },
      { timeout: 2 * MINUTE, interval: 100 },
    );
    await chaos.heal();
  }
  chaos.isLoaded = false;
  await loads;
  await scene.inStep(3 * MINUTE);
  await scene.readBack(3 * MINUTE);
  await chaos.operator.reconcile();
  await scene.inStep(MINUTE);
  const differences = await countDifferences(scene);
  const left = await chaos.operator.leftovers();
  // What was mended in vain while the portal failed is for people: now that it is well, a word mends it.
  const ids = left.map(({ id }) => id);
  const given = ids.length === 0 ? 0 : await chaos.operator.repair(ids, 'Cổng đã hoạt động bình thường trở lại');
  await vi.waitFor(async () => expect(await chaos.operator.leftovers()).toEqual([]), {
    timeout: 3 * MINUTE,
    interval: 200,
  });
  await scene.inStep(MINUTE);
  const second = await chaos.operator.reconcile();
  const sightings = await scene.pool.query('select from difference_sighting where run_id = $1', [second.id]);

  const verdicts = await scene.verdicts();
  const told = scene.history.filter(({ fact }) => fact === 'acknowledged').length;
  const repaired = scene.history.filter(({ fact }) => fact === 'repaired').length;
  const { calls } = await scene.portal.statistics();
  table('kill -9', { ...chaos.kills, together: chaos.killed });
  table('the run', {
    'database crashes': chaos.crashes,
    'gateways that ended by themselves': chaos.selfEnded.length,
    dossiers: chaos.dossiers,
    'events acknowledged': told,
    calls,
  });
  table('faults fired', chaos.fired);
  table('came to', {
    ...Object.fromEntries(Object.entries(verdicts).map(([name, facts]) => [name, facts.length])),
    'dossiers repaired by read-back or reconciliation': repaired,
    'dossiers spoilt': chaos.spoilt.size,
  });
  table('differences', differences);
  table('left to people', { 'mended in vain, three times each': left.length, 'mended by a word': given });
  expect(chaos.killed).toBeGreaterThanOrEqual(50);
  expect(chaos.crashes).toBeGreaterThanOrEqual(10);
  expect(DICE.filter((name) => !chaos.fired[name])).toEqual([]);
  expect(verdicts).toEqual(EXACT);
  expect(POINTS.filter((point) => !chaos.kills[point])).toEqual([]);
  const isTried = ({ state, repairs, generation }: (typeof left)[number]): boolean =>
    state === 'evidence' && repairs === REPAIRS_TRIED && generation >= REPAIRS_TRIED;
  expect(left.filter((one) => !isTried(one))).toEqual([]);
  expect(left.length).toBeLessThanOrEqual(MOST_LEFT * chaos.spoilt.size);
  expect(given).toBe(left.length);
  expect(sightings.rows).toEqual([]);
  expect(second).toMatchObject({ state: 'done', inStep: second.compared, compared: chaos.dossiers, unchecked: 0 });
  expect(chaos.selfEnded).toEqual([]);
});

it('calls stay near what is needed at any rate of faults', { timeout: 15 * MINUTE }, async () => {
  let needed = 0;
  for (const rate of RATES) {
    const scene = await openScene({ env: { SYNC_READ_BACK_AFTER_MS: '3600000' } });
    await scene.replicas[0]!.start();
    // Everything is there before the first call, so that batches are as full as they can be.
    const pause = `insert into destination (name, paused_since, paused_by, paused_reason) values ('national-portal', now(), 'operator', 'fault run')`;
    await scene.pool.query(`${pause} on conflict (name) do update set paused_since = now()`);
    await scene.senders.tell(lives(200));
    await scene.portal.faults({ ...diceAt(rate), seed: 9 });
    await scene.pool.query('update destination set paused_since = null');
    await scene.inStep(3 * MINUTE);
    const { byService } = await scene.portal.statistics();
    const unread = byService.unread ?? 0;
    const writes = (byService.DongBoHoSoMC ?? 0) + (byService.CapNhatTienDoHoSoMC ?? 0) + unread;
    const unknown = await scene.pool.query("select from delivery_attempt where outcome = 'unknown'");
    if (rate === 0) needed = writes;
    table(`200 dossiers of 10 events at ${rate * 100} % faults`, {
      'writes (and calls cut before they were read)': writes,
      'writes ÷ needed': (writes / needed).toFixed(2),
      '1.1 ÷ (1 − p)': (1.1 / (1 - rate)).toFixed(2),
      questions: byService.TraCuuHoSo ?? 0,
      'unknown outcomes': unknown.rows.length,
    });
    expect(writes).toBeLessThanOrEqual((1.1 / (1 - rate)) * needed + unknown.rows.length);
    // What it shows is read without the faults, which would cut the reading short too.
    await scene.portal.heal();
    expect(await scene.verdicts()).toEqual(EXACT);
    await scene.replicas[0]!.end();
  }
});
