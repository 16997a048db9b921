/** @module Whoever seals a text or a document for the database names the column, and a change of the key reaches it. Bytes are told by the schema: part.test.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { partOf, SEALED_COLUMNS } from '../../src/sealing/columns.ts';

const SRC = resolve(import.meta.dirname, '../../src');
const SEALING = /\bsealed(?:Text|Whole|Members)\(/g;
/** They are handed what a column's row seals. */
const ITSELF = ['access/sealed-json.ts', 'sealing/columns.ts'];

/** What each call in a file seals, in their order. */
const SEALED: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'dossiers/personal.ts': [['dossier_fields.fields'], ['timeline_entry.body']],
  'dossiers/store.ts': [['quarantine.command'], ['quarantine.raw']],
  'observing/store.ts': [['comparison.would'], ['comparison.theirs']],
  'reconciliation/difference-store.ts': [['difference.cause']],
  'shim/store.ts': [['shim_status.note']],
  // What a destination said is kept on the row, as why it is blocked, and with the attempt.
  'sync/store.ts': [['sync_state.last_error', 'sync_state.blocked_reason', 'delivery_attempt.detail']],
  'webhooks/store.ts': [['quarantine.raw']],
};

const callsIn = (file: string): number => readFileSync(join(SRC, file), 'utf8').match(SEALING)?.length ?? 0;

it('every place that seals a text or a document says here of which column', () => {
  const sealing = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !ITSELF.includes(file))
    .map((file) => [file, callsIn(file)] as const)
    .filter(([, calls]) => calls > 0);
  const told = Object.entries(SEALED).map(([file, calls]) => [file, calls.length] as const);
  expect(Object.fromEntries(sealing)).toEqual(Object.fromEntries(told));
});

it('each of these columns is sealed anew, and no other of texts and documents', () => {
  const parts = SEALED_COLUMNS.filter(({ type }) => type !== 'bytea').map(partOf);
  expect([...parts].sort()).toEqual([...new Set(Object.values(SEALED).flat(2))].sort());
});
