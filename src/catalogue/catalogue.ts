/** @module The catalogues a process works with, read from the database into memory: procedures, pause reasons, agencies, the calendar. */
import type { Agency } from '../agencies/agency.ts';
import { type AgenciesOn, Directory } from '../agencies/directory.ts';
import { buildCalendar, type Calendar, type DayOff, type OfficeHours } from '../deadlines/calendar.ts';
import { dayOf, isoDate } from '../deadlines/local-time.ts';
import type { DeadlineInput } from '../deadlines/types.ts';
import { nationalProcedure } from '../dossiers/identifiers.ts';
import { pauseKind } from '../dossiers/status.ts';
import type { ProcedureLimits } from './limit.ts';
import type { Stage } from './shapes.ts';

export type PauseEffect = 'suspend' | 'restart' | 'none';

export type Limit = NonNullable<DeadlineInput['limit']>;

/** What a pause for one reason does to the appointment, and by what law. */
export interface PauseRule {
  readonly effect: PauseEffect;
  readonly legalBasis: string | null;
}

/** A procedure's rule for a reason; where its stages differ, those named have rules of their own. */
export interface StagedPauseRule extends PauseRule {
  readonly stages?: Readonly<Partial<Record<Stage, PauseRule>>> | undefined;
}

/** A procedure (thủ tục hành chính) as it stands from one date to another. */
export interface ProcedureVersion extends ProcedureLimits {
  readonly code: string;
  readonly name: string;
  readonly sector: { readonly code: string; readonly name: string };
  readonly startRule: DeadlineInput['startRule'];
  /** Sources that may end a dossier; iGate always may. */
  readonly mayEnd: readonly string[];
  /** The systems that resolve it (hệ thống chuyên ngành), by their connectors; `igate`: the province's own. Null where nobody has told. */
  readonly systems?: readonly string[] | null | undefined;
  /** Rules by pause reason or by the word that covers several; what is absent follows the pause reason's own default. */
  readonly pauses: Readonly<Partial<Record<string, StagedPauseRule>>>;
  readonly pauseNeedsDocument: boolean;
  /** How the ministry's own system counts, for people who compare; it decides nothing here. */
  readonly clock?: 'working' | 'calendar' | null | undefined;
  /** `national-portal`: no more is known than the name that the portal gives it. Absent where the province keeps the version. */
  readonly source?: 'national-portal' | undefined;
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

/** A purpose for which personal data is read (mục đích khai thác). */
export interface Purpose {
  readonly code: string;
  readonly name: { readonly vi: string; readonly en: string };
  readonly legalBasis: string | null;
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
}

export interface CatalogueData {
  readonly procedures: readonly ProcedureVersion[];
  readonly pauseReasons: readonly PauseReason[];
  readonly purposes?: readonly Purpose[];
  readonly agencies: readonly Agency[];
  /** The days off with the usual office hours. */
  readonly calendar: Calendar;
  /** The same days, for agencies with other hours. */
  readonly daysOff?: readonly DayOff[];
  /** Raised with every change; a computed appointment names the version it was computed by. */
  readonly version?: number;
  /** How this installation ends whole days; the law leaves it open. */
  readonly wholeDays?: WholeDays;
}

/** How a limit of whole days ends, and whether a moved one is rounded up to the close of its day. */
export type WholeDays = Pick<DeadlineInput, 'roundToClose' | 'endOfDay'>;

const within = (version: { effectiveFrom: string; effectiveTo: string | null }, date: string): boolean =>
  version.effectiveFrom <= date && (version.effectiveTo === null || date <= version.effectiveTo);

/** The stage that a reason tells (yêu cầu bổ sung khi tiếp nhận, khi thẩm định). */
const STAGE_OF: Readonly<Partial<Record<string, Stage>>> = {
  'supplement-intake': 'intake',
  'supplement-appraisal': 'appraisal',
};

/** The local date (Asia/Ho_Chi_Minh, +07:00) of an instant. */
const localDate = (at: number): string => isoDate(dayOf(at));

/** In-memory view of the catalogues; replaced whole when they are read again. */
export class Catalogue {
  readonly data: CatalogueData;
  readonly agencies: Directory;
  readonly #procedures = new Map<string, ProcedureVersion[]>();
  readonly #reasons = new Map<string, PauseReason[]>();
  readonly #calendars = new Map<string, Calendar>();
  readonly #hasOwnHours: boolean;
  #hours: { today: AgenciesOn | null; byCode: Map<string, OfficeHours | null> } = { today: null, byCode: new Map() };

  constructor(data: CatalogueData) {
    this.data = data;
    for (const version of data.procedures) {
      const code = nationalProcedure(version.code) ?? version.code;
      this.#procedures.set(code, [...(this.#procedures.get(code) ?? []), version]);
    }
    for (const reason of data.pauseReasons)
      this.#reasons.set(reason.code, [...(this.#reasons.get(reason.code) ?? []), reason]);
    this.agencies = new Directory(data.agencies);
    this.#hasOwnHours = data.agencies.some(({ officeHours }) => officeHours);
  }

  get wholeDays(): WholeDays {
    return this.data.wholeDays ?? {};
  }

  get calendar(): Calendar {
    return this.data.calendar;
  }

  get version(): number {
    return this.data.version ?? 0;
  }

  /** The calendar with the office hours of an agency (its successor's, who works now), or of the nearest known one above it. */
  calendarOf(agencyCode: string | null): Calendar {
    const hours = agencyCode === null || !this.#hasOwnHours ? null : this.#hoursOf(agencyCode);
    if (hours === null) return this.calendar;
    const key = JSON.stringify(hours);
    let calendar = this.#calendars.get(key);
    if (calendar === undefined) {
      calendar = buildCalendar({ daysOff: this.data.daysOff ?? [], officeHours: hours });
      this.#calendars.set(key, calendar);
    }
    return calendar;
  }

  #hoursOf(agencyCode: string): OfficeHours | null {
    const today = this.agencies.asOf(Date.now());
    if (this.#hours.today !== today) this.#hours = { today, byCode: new Map() };
    let hours = this.#hours.byCode.get(agencyCode);
    if (hours === undefined) {
      hours = today.nearest(today.currentCode(agencyCode))?.officeHours ?? null;
      this.#hours.byCode.set(agencyCode, hours);
    }
    return hours;
  }

  /** Whether any version of a procedure is known. */
  knowsProcedure(code: string): boolean {
    return this.#procedures.has(nationalProcedure(code) ?? code);
  }

  /** The name of a procedure in its newest version. */
  procedureName(code: string): string | undefined {
    return this.#procedures.get(nationalProcedure(code) ?? code)?.at(-1)?.name;
  }

  /** The version of a procedure in force when the dossier was received; compared by the national part of its code. */
  procedureAt(code: string | null, receivedAt: number | null): ProcedureVersion | null {
    const versions = code === null ? undefined : this.#procedures.get(nationalProcedure(code) ?? code);
    if (!versions) return null;
    if (versions.length === 1 && receivedAt === null) return versions[0]!;
    const date = localDate(receivedAt ?? Date.now());
    return versions.find((version) => within(version, date)) ?? null;
  }

  /** What a pause does to the appointment: the procedure's rule for it at its stage, else the reason's own; without a legal basis it moves nothing. */
  pauseRule(procedure: ProcedureVersion | null, reason: string, at: number): PauseRule {
    const kind = procedure?.pauses[pauseKind(reason)];
    const stage = STAGE_OF[reason];
    const rule = procedure?.pauses[reason] ?? (stage && kind?.stages?.[stage]) ?? kind ?? this.#reasonAt(reason, at);
    if (!rule) return { effect: 'none', legalBasis: null };
    if (rule.legalBasis === null) return { effect: 'none', legalBasis: null };
    return { effect: rule.effect, legalBasis: rule.legalBasis };
  }

  reasonName(reason: string, at: number, lang: 'vi' | 'en' = 'vi'): string {
    return this.#reasonAt(reason, at)?.name[lang] ?? reason;
  }

  /** The purpose that a code stands for at an instant. */
  purposeAt(code: string, at: number): Purpose | null {
    const date = localDate(at);
    return this.data.purposes?.find((purpose) => purpose.code === code && within(purpose, date)) ?? null;
  }

  /** The agency that a code of either scheme stands for now. */
  agency(code: string): Agency | null {
    return this.agencies.asOf(Date.now()).find(code);
  }

  /** The nearest known agency above a code (itself when known). */
  nearestAgency(code: string): Agency | null {
    return this.agencies.asOf(Date.now()).nearest(code);
  }

  #reasonAt(reason: string, at: number): PauseReason | null {
    const versions = this.#reasons.get(reason);
    if (!versions) return null;
    const date = localDate(at);
    return versions.find((version) => within(version, date)) ?? versions.at(-1) ?? null;
  }
}
