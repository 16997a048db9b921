/** @module Sends what a few dossiers still need to a portal: dossiers first, then records in order, then what trails; refused batches are bisected, unknown ones asked about. */

import type { PortalClient, PortalView } from '../capabilities/portal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import { matchRecords } from './match.ts';
import { type Known, type Plan, type PlannedDossier, type PlannedRecord, plan } from './plan.ts';
import type { Profile } from './profile.ts';
import type { ClaimedRow } from './store.ts';

/** One dossier on its way. */
export interface Work {
  readonly row: ClaimedRow & Pick<PlannedDossier, 'owns'>;
  plan: Plan;
  existsThere: boolean;
  readonly sent: Set<number>;
  snapshotDigest: string | null;
  /** Whether its outcome was unknown before, or became so on the way: then it is read back again later. */
  doubtful: boolean;
  /** It begins to be sent: it is asked about because others may have brought it there, not because a call of ours is unknown. */
  readonly begins: boolean;
  /** Whether nobody knows now what the destination has of it: it must be asked before anything is sent. */
  unknown: boolean;
  failure: UpstreamError | null;
}

export interface Delivery {
  readonly portal: PortalClient;
  readonly profile: Profile;
  readonly catalogue: Catalogue;
  /** Makes sure that the leases outlive the next request; false when they are lost and nothing more may be sent. */
  holds(works: readonly Work[]): Promise<boolean>;
  /** Told what the destination shows of a dossier that begins to be sent (null: nothing), before anything is. */
  saw?(work: Work, view: PortalView | null): Promise<void>;
  /** Names a point at which a fault test may stop the process. */
  reached(point: 'after-send'): void;
}

/** More than this many refused dossiers in one batch say that the destination is wrong, not they. */
const POISONED_AT_MOST = 3;

/** The destination refuses what it should not: nobody is blocked, the destination pauses. */
export class SystemicRefusal extends Error {
  readonly words: string;

  constructor(words: string) {
    super(`the destination refuses everybody: ${words}`);
    this.name = 'SystemicRefusal';
    this.words = words;
  }
}

/** Thrown inside a delivery whose leases are lost. */
export class LeaseLost extends Error {}

export const workOf = (
  row: ClaimedRow & Pick<PlannedDossier, 'owns'>,
  profile: Profile,
  catalogue: Catalogue,
): Work => ({
  row,
  plan: plan(row, row, profile, catalogue),
  existsThere: row.existsThere,
  sent: new Set(row.sentSeqs),
  snapshotDigest: row.snapshotDigest,
  doubtful: row.unknownSince !== null,
  begins: row.unknownSince !== null && row.unknownSince === row.modeSince,
  unknown: row.unknownSince !== null,
  failure: null,
});

/**
 * Delivers a homogeneous handful of dossiers; each one's outcome stands in its `failure` (null: the destination has it all).
 * @throws SystemicRefusal, LeaseLost
 */
export async function deliver(works: readonly Work[], delivery: Delivery): Promise<void> {
  const run = new Run(delivery);
  for (const work of works.filter(({ row }) => row.unknownSince !== null)) await run.ask(work);
  await run.create(works.filter((work) => work.failure === null && !work.existsThere));
  await run.sendRecords(works.filter(({ failure }) => failure === null));
  await run.update(
    works.filter(
      (work) => work.failure === null && (work.plan.snapshotTrails || work.snapshotDigest !== work.plan.snapshotDigest),
    ),
  );
}

class Run {
  readonly #delivery: Delivery;
  #poisoned = 0;

  constructor(delivery: Delivery) {
    this.#delivery = delivery;
  }

  /** Reads what is there and plans anew from it. */
  async ask(work: Work): Promise<PortalView | null> {
    try {
      await this.#guard([work]);
      const view = await this.#delivery.portal.read(work.row.code);
      if (work.begins) await this.#delivery.saw?.(work, view);
      this.#learn(work, view);
      return view;
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      work.failure = error;
      return null;
    }
  }

  async create(works: readonly Work[]): Promise<void> {
    await this.#attempt(
      works,
      (some) => this.#delivery.portal.create(some.map(({ plan }) => plan.snapshot)),
      (work) => {
        work.existsThere = true;
        work.snapshotDigest = work.plan.snapshotDigest;
      },
    );
  }

  /** Records in the order of each dossier's seq, as many a call as the profile allows. */
  async sendRecords(works: readonly Work[]): Promise<void> {
    let chunk: Slice[] = [];
    let size = 0;
    const flush = async (): Promise<void> => {
      const slices = chunk.filter(({ work }) => work.failure === null);
      chunk = [];
      size = 0;
      if (slices.length > 0) await this.#sendSlices(slices);
    };
    for (const work of works) {
      for (const planned of work.plan.records) {
        if (size === this.#delivery.profile.chunk) await flush();
        const last = chunk.at(-1);
        if (last?.work === work) last.records.push(planned);
        else chunk.push({ work, records: [planned] });
        size++;
      }
    }
    await flush();
  }

  /** Read, merge, write: only what is ours changes. */
  async update(works: readonly Work[]): Promise<void> {
    const kept = new Map<Work, Readonly<Record<string, unknown>>>();
    await Promise.all(
      works.map(async (work) => {
        try {
          const view = await this.#delivery.portal.read(work.row.code);
          if (view) kept.set(work, view.kept);
          else this.#vanish(work);
        } catch (error) {
          if (!(error instanceof UpstreamError)) throw error;
          work.failure = new UpstreamError(error.kind, { ...error.facts, outcome: 'not-done' });
        }
      }),
    );
    await this.#attempt(
      works.filter((work) => work.failure === null && kept.has(work)),
      (some) =>
        this.#delivery.portal.update(
          some.map((work) => ({ snapshot: work.plan.snapshot, kept: kept.get(work) ?? {} })),
        ),
      (work) => {
        work.snapshotDigest = work.plan.snapshotDigest;
      },
    );
  }

  async #sendSlices(slices: readonly Slice[]): Promise<void> {
    const works = slices.map(({ work }) => work);
    const recordsOf = new Map(slices.map(({ work, records }) => [work, records]));
    const left = (work: Work): PlannedRecord[] => recordsOf.get(work)!.filter(({ seq }) => !work.sent.has(seq));
    await this.#attempt(
      works,
      async (some) => {
        const records = some.flatMap((work) => left(work).map(({ record }) => record));
        if (records.length > 0) await this.#delivery.portal.progress(records);
      },
      (work) => {
        for (const { seq } of recordsOf.get(work)!) work.sent.add(seq);
      },
    );
  }

  /** One call for all; refused for what it contains, it is asked about and then halved until the culprit stands alone. */
  async #attempt(
    works: readonly Work[],
    send: (some: readonly Work[]) => Promise<void>,
    done: (work: Work) => void,
  ): Promise<void> {
    if (works.length === 0) return;
    await this.#guard(works);
    try {
      await send(works);
      this.#delivery.reached('after-send');
      for (const work of works) done(work);
      return;
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      if (error.isTransient) {
        for (const work of works) work.failure = error;
        return;
      }
      const wereThere = works.filter(({ existsThere }) => existsThere);
      if (works.length === 1 && error.kind === 'rejected') {
        await this.#askAgain(wereThere);
        if (works[0]!.failure !== null) return;
        if (++this.#poisoned > POISONED_AT_MOST) throw new SystemicRefusal(error.facts.words ?? error.message);
        works[0]!.failure = error;
        return;
      }
      await this.#askAgain(wereThere);
      for (const work of works) if (!wereThere.includes(work)) await this.ask(work);
      // Those that turned out to exist go on as existing ones.
      const open = works.filter((work) => work.failure === null && !(error.kind === 'exists' && work.existsThere));
      if (error.kind === 'exists' && open.length === works.length) {
        for (const work of open) work.failure = error;
        return;
      }
      const half = Math.ceil(open.length / 2);
      await this.#attempt(open.slice(0, half), send, done);
      await this.#attempt(open.slice(half), send, done);
    }
  }

  /** A refusal may mean that what the destination acknowledged is not there. */
  async #askAgain(works: readonly Work[]): Promise<void> {
    for (const work of works) {
      await this.ask(work);
      if (work.failure === null && !work.existsThere) this.#vanish(work);
    }
  }

  /** It acknowledged the dossier and has nothing of it: the next delivery begins with the dossier itself. */
  #vanish(work: Work): void {
    this.#learn(work, null);
    work.failure = new UpstreamError('contract', {
      upstream: this.#delivery.profile.destination,
      operation: 'read',
      words: 'does not have a dossier that it acknowledged',
      outcome: 'not-done',
    });
  }

  #learn(work: Work, view: PortalView | null): void {
    work.existsThere = view !== null;
    work.doubtful = true;
    work.unknown = false;
    // What the portal shows of the fields is compared by the merge; until then nothing is taken for granted.
    work.snapshotDigest = null;
    if (view === null) work.sent.clear();
    else if (view.progress) {
      const { profile, catalogue } = this.#delivery;
      work.sent.clear();
      for (const seq of matchRecords(work.row, view.progress, profile, catalogue).there) work.sent.add(seq);
    } else {
      // It tells no progress: what was there before we were to send is taken for told by whoever sent it.
      for (const { n } of work.row.facts) if (n <= work.row.baselineSeq) work.sent.add(n);
    }
    this.#replan(work);
  }

  #replan(work: Work): void {
    const known: Known = {
      existsThere: work.existsThere,
      sentSeqs: [...work.sent],
      snapshotDigest: work.snapshotDigest,
    };
    work.plan = plan(work.row, known, this.#delivery.profile, this.#delivery.catalogue);
  }

  async #guard(works: readonly Work[]): Promise<void> {
    if (!(await this.#delivery.holds(works))) throw new LeaseLost();
  }
}

interface Slice {
  readonly work: Work;
  readonly records: PlannedRecord[];
}

/** Dossiers of one delivery: their progress then fits the profile's calls. */
const UNIT = 10;
/** What failed this often goes alone, so that one that the destination breaks on takes no other with it. */
const ALONE_AFTER = 3;

/** Homogeneous handfuls: new dossiers with new ones, known with known, those to be asked about apart, repeated failures alone. */
export function unitsOf(works: readonly Work[]): Work[][] {
  const isAlone = ({ row }: Work): boolean => row.attempts >= ALONE_AFTER;
  const units = works.filter(isAlone).map((work) => [work]);
  const others = works.filter((work) => !isAlone(work));
  for (const group of [
    others.filter(({ unknown }) => unknown),
    others.filter(({ unknown, existsThere }) => !unknown && !existsThere),
    others.filter(({ unknown, existsThere }) => !unknown && existsThere),
  ])
    for (let i = 0; i < group.length; i += UNIT) units.push(group.slice(i, i + UNIT));
  return units;
}
