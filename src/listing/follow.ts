/**
 * @module Follows a system that lists its steps: each question begins where the last one ended, less the time by which a
 * step may appear late, and nothing counts as read before it is on the timeline. What is listed twice is appended once.
 */
import { createHash, randomUUID } from 'node:crypto';
import type { ChangeListing, ListedPage } from '../capabilities/listing.ts';
import { type Heard, Poller } from '../connector/poller.ts';
import type { Queryable } from '../db/queryable.ts';
import type { AppendRequest } from '../dossiers/append.ts';
import type { CommandResult } from '../dossiers/commands.ts';
import type { RawMessage } from '../dossiers/store.ts';
import type { Log } from '../log.ts';
import { MINUTE, SECOND } from '../units.ts';
import type { SetAside } from '../webhooks/store.ts';
import type { WorkerPart } from '../worker.ts';
import * as store from './store.ts';

export interface FollowDeps {
  readonly listing: ChangeListing;
  readonly db: Queryable;
  readonly append: (request: AppendRequest) => Promise<readonly CommandResult[]>;
  readonly setAside: (message: SetAside) => Promise<void>;
  readonly log: Log;
  readonly now: () => number;
  readonly everyMs?: number;
}

const OPERATION = 'step';
/** Longer than any question with its pages takes; a process that dies leaves the listing to others after it. */
const LEASE = 5 * MINUTE;
/** More is read with the next question, which follows at once. */
const MOST_PAGES = 200;

/** One listing, as a part of the worker. */
export class ListingFollower implements WorkerPart {
  readonly #deps: FollowDeps;
  readonly #poller: Poller<store.Stream>;
  /** What the last question has told: within the overlap it is told again. */
  #known: ReadonlySet<string> = new Set();

  constructor(deps: FollowDeps) {
    const { listing, db, log, now, everyMs = 1 * SECOND } = deps;
    this.#deps = deps;
    this.#poller = new Poller<store.Stream>({
      name: listing.name,
      batch: 1,
      minMs: listing.minMs,
      maxMs: listing.maxMs,
      everyMs,
      claim: async () => {
        const stream = await store.claim(db, listing.name, now(), LEASE);
        return stream ? [stream] : [];
      },
      ask: async ([stream]) => [await this.#read(stream!)],
      settle: async ([stream], [next]) => store.settle(db, stream!.source, next!, now()),
      log,
      now,
    });
  }

  async start(): Promise<void> {
    const { db, listing, now } = this.#deps;
    await store.begin(db, listing.name, listing.minMs, now());
    this.#poller.start();
  }

  stop(): Promise<void> {
    return this.#poller.stop();
  }

  /** Reads everything that is due now. */
  round(): Promise<void> {
    return this.#poller.round();
  }

  async #read({ source, readTo }: store.Stream): Promise<Heard> {
    const { listing, db, now } = this.#deps;
    const since = readTo === null ? now() - listing.lookBackMs : readTo - listing.overlapMs;
    const told = new Set<string>();
    let heard: Heard = 'nothing-new';
    for (let page = 1; page <= MOST_PAGES; page++) {
      const listed = await listing.list(since, page);
      if (await this.#keep(listed, told)) heard = 'news';
      // The oldest come first: what is behind this page is newer than all of it.
      if (listed.newestAt !== null) await store.advance(db, source, listed.newestAt);
      if (listed.isLast || (listed.commands.length === 0 && listed.aside.length === 0)) break;
    }
    this.#known = told;
    return heard;
  }

  /** Appends what was not told before; whether anything was new. */
  async #keep({ commands, aside, raw }: ListedPage, told: Set<string>): Promise<boolean> {
    const { append, setAside, log, listing } = this.#deps;
    const fresh = commands.filter(({ eventId }) => isNewTo(eventId, told, this.#known));
    const rawOf = (body: string): RawMessage => ({
      system: listing.name,
      operation: OPERATION,
      traceId: randomUUID().replaceAll('-', ''),
      body: Buffer.from(body),
    });
    for (const { record, ...about } of aside) {
      const id = createHash('sha256').update(record).digest('base64url');
      if (!isNewTo(id, told, this.#known)) continue;
      await setAside({ raw: rawOf(record), ...about });
      log.warn({ system: listing.name, reason: about.reason, detail: about.detail }, 'a listed step was kept aside');
    }
    if (fresh.length === 0) return false;
    const results = await append({ commands: fresh, raw: rawOf(raw) });
    return results.some(({ outcome }) => outcome === 'accepted' || outcome === 'held');
  }
}

function isNewTo(id: string, told: Set<string>, known: ReadonlySet<string>): boolean {
  const isNew = !told.has(id) && !known.has(id);
  told.add(id);
  return isNew;
}
