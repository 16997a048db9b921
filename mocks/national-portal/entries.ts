/** @module What the portal's journal holds. */
import type { Entry } from '../journal.ts';
import type { SettingsEntry } from '../simulator.ts';
import type { KeptDossier } from './dossiers.ts';
import type { DossierRecord, Texts } from './validate.ts';

interface LoginEntry extends Entry {
  readonly kind: 'login';
  readonly session: string;
}

interface DossiersEntry extends Entry {
  readonly kind: 'dossiers';
  readonly records: readonly DossierRecord[];
}

interface ProgressEntry extends Entry {
  readonly kind: 'progress';
  readonly records: readonly Texts[];
}

/** What an act put in the place of a dossier; null: forgotten. */
export interface PutEntry extends Entry {
  readonly kind: 'put';
  readonly dossier: string;
  readonly state: Pick<KeptDossier, 'record' | 'status' | 'progress'> | null;
}

export type PortalEntry = LoginEntry | DossiersEntry | ProgressEntry | PutEntry | SettingsEntry;
