/** @module The catalogues a process works with, read from the database into memory: procedures, pause reasons, agencies, the calendar. */
import type { Calendar } from '../deadlines/calendar.ts';
import type { DeadlineInput } from '../deadlines/types.ts';
import { agencyCovers, nationalProcedure } from '../dossiers/identifiers.ts';
import { pauseKind } from '../dossiers/status.ts';

export type PauseEffect = 'suspend' | 'restart' | 'none';

export type Limit = NonNullable<DeadlineInput['limit']>;

/** What a pause for one reason does to the appointment, and by what law. */
export interface PauseRule {
  readonly effect: PauseEffect;
  readonly legalBasis: string | null;
}

/** A procedure (thủ tục hành chính) as it stands from one date to another. */
export interface ProcedureVersion {
  readonly code: string;
  readonly name: string;
  readonly sector: { readonly code: string; readonly name: string };
  readonly limit: Limit | null;
  readonly startRule: DeadlineInput['startRule'];
  /** Sources that may end a dossier; iGate always may. */
  readonly mayEnd: readonly string[];
  /** Rules by pause reason or by the word that covers several; what is absent follows the pause reason's own default. */
  readonly pauses: Readonly<Record<string, PauseRule>>;
  readonly pauseNeedsDocument: boolean;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
}

/** A reason for which a dossier may be paused (lý do tạm dừng). */
export interface PauseReason {
  readonly code: string;
  readonly name: { readonly vi: string; readonly en: string };
  readonly effect: PauseEffect;
  readonly legalBasis: string | null;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
}

export interface Agency {
  readonly code: string;
  readonly name: string;
  readonly parentCode: string | null;
  readonly level: string;
}

export interface CatalogueData {
  readonly procedures: readonly ProcedureVersion[];
  readonly pauseReasons: readonly PauseReason[];
  readonly agencies: readonly Agency[];
  readonly calendar: Calendar;
}

const within = (version: { effectiveFrom: string; effectiveTo: string | null }, date: string): boolean =>
  version.effectiveFrom <= date && (version.effectiveTo === null || date <= version.effectiveTo);

/** The local date (Asia/Ho_Chi_Minh, +07:00) of an instant. */
const localDate = (at: number): string => new Date(at + 7 * 3_600_000).toISOString().slice(0, 10);

/** In-memory view of the catalogues; replaced whole when they are read again. */
export class Catalogue {
  readonly data: CatalogueData;
  readonly #procedures = new Map<string, ProcedureVersion[]>();
  readonly #reasons = new Map<string, PauseReason[]>();
  readonly #agencies = new Map<string, Agency>();

  constructor(data: CatalogueData) {
    this.data = data;
    for (const version of data.procedures)
      this.#procedures.set(version.code, [...(this.#procedures.get(version.code) ?? []), version]);
    for (const reason of data.pauseReasons)
      this.#reasons.set(reason.code, [...(this.#reasons.get(reason.code) ?? []), reason]);
    for (const agency of data.agencies) this.#agencies.set(agency.code, agency);
  }

  get calendar(): Calendar {
    return this.data.calendar;
  }

  /** The version of a procedure in force when the dossier was received; compared by the national part of its code. */
  procedureAt(code: string | null, receivedAt: number | null): ProcedureVersion | null {
    const versions = code === null ? undefined : this.#procedures.get(nationalProcedure(code) ?? code);
    if (!versions) return null;
    if (versions.length === 1 && receivedAt === null) return versions[0]!;
    const date = localDate(receivedAt ?? Date.now());
    return versions.find((version) => within(version, date)) ?? null;
  }

  /** What a pause does to the appointment: the procedure's rule, else the reason's own; without a legal basis it moves nothing. */
  pauseRule(procedure: ProcedureVersion | null, reason: string, at: number): PauseRule {
    const rule = procedure?.pauses[reason] ?? procedure?.pauses[pauseKind(reason)] ?? this.#reasonAt(reason, at);
    if (!rule) return { effect: 'none', legalBasis: null };
    return rule.legalBasis === null ? { effect: 'none', legalBasis: null } : rule;
  }

  reasonName(reason: string, at: number, lang: 'vi' | 'en' = 'vi'): string {
    return this.#reasonAt(reason, at)?.name[lang] ?? reason;
  }

  agency(code: string): Agency | null {
    return this.#agencies.get(code) ?? null;
  }

  /** The nearest known agency above a code (itself when known). */
  nearestAgency(code: string): Agency | null {
    for (let at = code; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
      const known = this.#agencies.get(at);
      if (known) return known;
    }
    return null;
  }

  /** Every known agency at or below a code. */
  agenciesBelow(code: string): Agency[] {
    return this.data.agencies.filter((agency) => agencyCovers(code, agency.code));
  }

  #reasonAt(reason: string, at: number): PauseReason | null {
    const versions = this.#reasons.get(reason);
    if (!versions) return null;
    const date = localDate(at);
    return versions.find((version) => within(version, date)) ?? versions.at(-1) ?? null;
  }
}
