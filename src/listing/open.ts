/** @module Each system that lists its steps, followed. */
import type pg from 'pg';
import type { Connections } from '../connector/connections.ts';
import type { WorkerPart } from '../worker.ts';
import { type FollowDeps, ListingFollower } from './follow.ts';

export interface ListingsNeeds extends Pick<FollowDeps, 'append' | 'setAside' | 'log' | 'now'> {
  readonly connections: Connections;
  readonly watchPool: pg.Pool;
}

export const openListings = ({ connections, watchPool: db, append, setAside, log, now }: ListingsNeeds): WorkerPart[] =>
  [...connections.providers('listing').values()].map(
    (listing) => new ListingFollower({ listing, db, append, setAside, log, now }),
  );
