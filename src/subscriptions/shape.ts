/** @module A subscription as integrators write and read it. */
import { z } from 'zod';
import { nationalProcedure } from '../dossiers/identifiers.ts';
import { agencyCode, procedureCode } from '../dossiers/shape.ts';
import { toCursor } from '../feed/cursor.ts';
import { CHANGE_KINDS } from '../feed/item.ts';
import { rfc3339 } from '../http/answer.ts';
import type { SubscriptionRow, Wish } from './store.ts';

export const STATES = ['active', 'paused', 'auto-paused', 'disabled'] as const;
const MOST_IN_A_MESSAGE = 100;

const name = z.string().min(1).max(200);
const url = z.string().min(1).max(2000).meta({ example: 'https://igate.example.vn/webhooks/lienthong' });
const kinds = z.array(z.enum(CHANGE_KINDS)).min(1).max(CHANGE_KINDS.length);
const agencies = z.array(agencyCode).min(1).max(200);
const procedures = z.array(procedureCode).min(1).max(500);
const batch = z
  .int()
  .min(1)
  .max(MOST_IN_A_MESSAGE)
  .meta({ description: 'changes in one message at most; 1: each by itself' });

export const subscriptionPost = z.strictObject({
  name,
  url,
  kinds: kinds.nullish(),
  agencies: agencies.nullish(),
  procedures: procedures.nullish(),
  batch: batch.default(1),
});
export const subscriptionPatch = z.strictObject({
  name: name.optional(),
  url: url.optional(),
  kinds: kinds.nullish(),
  agencies: agencies.nullish(),
  procedures: procedures.nullish(),
  batch: batch.optional(),
});
type Input = z.output<typeof subscriptionPatch>;

/** What is asked, over what stood there; null is everything that the client may read. */
export function wishOf(
  input: Input,
  before: Pick<Wish, 'name' | 'url' | 'kinds' | 'agencies' | 'procedures' | 'batch'>,
  own: readonly string[],
): Wish {
  const over = <T>(value: T | undefined, otherwise: T): T => (value === undefined ? otherwise : value);
  const wantedProcedures = over(input.procedures, before.procedures as string[] | null);
  return {
    name: input.name ?? before.name,
    url: input.url ?? before.url,
    kinds: over(input.kinds, before.kinds as Input['kinds']) ?? null,
    agencies: over(input.agencies, before.agencies as string[]) ?? own,
    procedures: wantedProcedures?.map((code) => nationalProcedure(code) ?? code) ?? null,
    batch: input.batch ?? before.batch,
  };
}

export const subscriptionAnswer = z.object({
  id: z.uuid(),
  client: z.string(),
  name: z.string(),
  url: z.string(),
  kinds: z.array(z.string()).nullable(),
  agencies: z.array(z.string()),
  procedures: z.array(z.string()).nullable(),
  batch: z.int(),
  state: z.enum(STATES),
  stateSince: z.string(),
  /** Who decided it; null where it came about by itself. */
  stateBy: z.string().nullable(),
  stateReason: z.string().nullable(),
  failingSince: z.string().nullable(),
  lastError: z.string().nullable(),
  lastTakenAt: z.string().nullable(),
  /** Everything up to here was taken, but for the dossiers that fell behind. */
  cursor: z.string(),
  /** How many places of the feed follow it. */
  waiting: z.int(),
  /** How many dossiers fell behind. */
  lagging: z.int(),
  /** Until when the former secret signs beside the new one. */
  formerSecretUntil: z.string().nullable(),
  createdAt: z.string(),
});

export const toAnswer = (row: SubscriptionRow, now: number): z.input<typeof subscriptionAnswer> => ({
  id: row.id,
  client: row.clientId,
  name: row.name,
  url: row.url,
  kinds: row.kinds,
  agencies: row.agencies,
  procedures: row.procedures,
  batch: row.batch,
  state: row.state,
  stateSince: rfc3339(row.stateSince),
  stateBy: row.stateBy,
  stateReason: row.stateReason,
  failingSince: rfc3339(row.failingSince),
  lastError: row.lastError,
  lastTakenAt: rfc3339(row.takenAt),
  cursor: toCursor(row.pos),
  waiting: row.waiting,
  lagging: row.lagging,
  formerSecretUntil: row.formerUntil !== null && row.formerUntil > now ? rfc3339(row.formerUntil) : null,
  createdAt: rfc3339(row.createdAt),
});
