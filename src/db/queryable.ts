/** @module What a statement needs of a connection: the pool, a client of it, or the pipelined client. */
import type pg from 'pg';

export type Queryable = Pick<pg.ClientBase, 'query'>;
