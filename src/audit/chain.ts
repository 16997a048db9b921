/** @module Computes the audit log's chain again, entry by entry, and names the first that does not hold. */
import { hash } from 'node:crypto';
import { type AuditRow, digestOf } from './record.ts';

/** The newest link that is known: an entry's id and its hash in hexadecimal digits. */
export interface ChainHead {
  readonly id: number;
  readonly hash: string;
}

/** An entry as it is kept; digests in hexadecimal digits. */
export interface ChainEntry {
  readonly id: number;
  readonly row: AuditRow;
  readonly digest: string;
  readonly prevHash: string;
  readonly hash: string;
}

/**
 * Where the chain breaks first. `changed`: the entry is not what was written. `missing`: the entries `id` to `to` are gone.
 * `doubled`: two entries have this id. `order`: the entry is whole but was not written after the one before it, so one of
 * both was moved or replaced. `cut`: the entries `id` to `to` at the end are gone. `head`: the log and its head disagree about
 * the last entry. `rewritten`: entry `id` is not the one whose hash was signed, so the log was written anew up to it.
 * `unsigned`: line `id` of the heads file was signed by somebody else. `closing`: what stands for the months up to entry `id`,
 * which have ended, was not signed.
 */
export type ChainFault =
  | {
      readonly kind: 'changed' | 'doubled' | 'order' | 'head' | 'rewritten' | 'unsigned' | 'closing';
      readonly id: number;
    }
  | { readonly kind: 'missing' | 'cut'; readonly id: number; readonly to: number };

export const FAULT_KINDS = [
  'changed',
  'missing',
  'doubled',
  'order',
  'cut',
  'head',
  'rewritten',
  'unsigned',
  'closing',
] as const;

/** The link before the first entry. */
export const GENESIS: ChainHead = { id: 0, hash: '00'.repeat(32) };

/** What is wrong with `entry` as the one that follows `former`; null where it holds. */
export function checkEntry(former: ChainHead, entry: ChainEntry): ChainFault | null {
  if (entry.id <= former.id) return { kind: 'doubled', id: entry.id };
  if (entry.id > former.id + 1) return { kind: 'missing', id: former.id + 1, to: entry.id - 1 };
  if (digestOf(entry.row) !== entry.digest || linkHash(entry) !== entry.hash) return { kind: 'changed', id: entry.id };
  return entry.prevHash === former.hash ? null : { kind: 'order', id: entry.id };
}

/** What is wrong with the end of a log whose entries hold up to `last`; null where `head` says the same. */
export function checkEnd(last: ChainHead, head: ChainHead): ChainFault | null {
  if (last.id < head.id) return { kind: 'cut', id: last.id + 1, to: head.id };
  return last.id === head.id && last.hash === head.hash ? null : { kind: 'head', id: last.id };
}

function linkHash({ prevHash, digest }: ChainEntry): string {
  return hash('sha256', Buffer.from(prevHash + digest, 'hex'), 'hex');
}
