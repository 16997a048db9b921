/** @module The `exchange` capability: what a ministry's system tells of a dossier, and the vocabulary its connector tells it in. */
import type { EventCommand } from '../dossiers/commands.ts';
import { dossierCodeFault } from '../dossiers/identifiers.ts';

export type { EventCommand } from '../dossiers/commands.ts';
export type { DossierFields } from '../dossiers/shape.ts';
export { agencyCode, CHANNELS, dossierCode, instant, type WebhookData, webhookData } from '../dossiers/shape.ts';
export type { EntryBody } from '../dossiers/state.ts';
export type { Outcome } from '../dossiers/status.ts';

/** A ministry's system to which dossiers are handed over. */
export interface ExchangeProvider {
  /** The connector that stands behind it. */
  readonly name: string;
}

/** An event with only what its system says; everything else is absent. */
export type Told = Pick<EventCommand, 'source' | 'ref' | 'operation' | 'kind' | 'occurredAt' | 'opens'> &
  Partial<EventCommand>;

/**
 * A push as an event of the timeline. Its faults are quarantined, so that one bad event of a message holds up no other;
 * no agencies bind it, since its own declaration does.
 */
export function told(event: Told): EventCommand {
  return {
    type: 'event',
    eventId: null,
    bodyDigest: null,
    status: null,
    reason: null,
    outcome: null,
    appointment: null,
    body: null,
    known: null,
    onFault: 'quarantine',
    agencies: null,
    ...event,
  };
}

/** The text where it has the form of a dossier code, else null: an outside number is then only an alias. */
export const asDossierCode = (text: string): string | null => (dossierCodeFault(text) === null ? text : null);

/** The members that say something; null where none does. */
export function saying<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } | null {
  const kept = Object.entries(members).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return kept.length === 0 ? null : (Object.fromEntries(kept) as { [K in keyof T]?: NonNullable<T[K]> });
}
