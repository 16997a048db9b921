/** @module What stands in the database after an append, and what it was answered. */
import type { CommandResult } from '../../src/dossiers/commands.ts';
import type { Timeline } from '../support/timeline.ts';

export const outcomesOf = (results: readonly CommandResult[]): string[] =>
  results.map((result) => (result.outcome === 'refused' ? result.code : result.outcome));

export async function dossierOf(timeline: Timeline, code: string) {
  const [row] = await timeline.rows(
    `select d.status, d.pause_reason as "pauseReason", d.incomplete, d.head_seq as "headSeq", d.appointment_at as "appointmentAt", s.head_seq as "syncHead"
     from dossier d left join sync_state s on s.dossier_id = d.id where d.code = $1`,
    [code],
  );
  return row;
}

export const entriesOf = (timeline: Timeline, code: string) =>
  timeline.rows<{ seq: number; kind: string; status: string | null; source: string; eventId: string; late: boolean }>(
    `select e.seq, e.kind, e.status, e.source, e.event_id as "eventId", e.late_reported as late from timeline_entry e
     join dossier d on d.id = e.dossier_id where d.code = $1 order by e.seq`,
    [code],
  );

export async function countOf(timeline: Timeline, table: string): Promise<number> {
  const [row] = await timeline.rows<{ n: number }>(`select count(*)::int as n from ${table}`);
  return row!.n;
}
