/** @module What the gateway may do with a dossier at a destination: observe, compare or send, by the most specific policy in force. Pure. */
import { z } from 'zod';
import type { AgenciesOn } from '../agencies/directory.ts';
import { OWNABLE_FIELDS, type OwnableField } from '../capabilities/portal.ts';
import { isoDate, parseDay, startOfDay } from '../deadlines/local-time.ts';
import { nationalProcedure } from '../dossiers/identifiers.ts';
import { agencyCode, day, instant, ORIGINS, procedureCode } from '../dossiers/shape.ts';

/** `observe` reads and never writes, `compare` lists besides what it would write, `send` writes. */
export const MODES = ['observe', 'compare', 'send'] as const;
export type Mode = (typeof MODES)[number];

const destinationName = z.string().regex(/^[a-z0-9-]{1,60}$/);

/** One policy as an operator writes it; what it does not name it does not ask. */
export const syncPolicy = z.strictObject({
  destination: destinationName,
  agency: agencyCode.nullish().meta({ description: 'That agency, all below it and all merged into these' }),
  procedure: procedureCode.nullish().meta({ description: 'Compared by the national part of the code' }),
  origin: z.enum(ORIGINS).nullish(),
  mode: z.enum(MODES),
  effectiveFrom: z
    .union([instant, day])
    .nullish()
    .meta({ description: 'A time, or a date from the beginning of its day' }),
  owns: z
    .array(z.enum(OWNABLE_FIELDS))
    .max(OWNABLE_FIELDS.length)
    .nullish()
    .meta({ description: 'The fields that the gateway writes there; the others stay as others put them. Absent: all' }),
});
export type SyncPolicy = z.output<typeof syncPolicy>;

/** The part of a dossier that policies ask about. */
export interface PolicySubject {
  readonly agencyCode: string | null;
  readonly procedureCode: string | null;
  readonly origin: string;
}

/** How a dossier is treated at a destination. */
export interface Treatment {
  readonly mode: Mode;
  /** What the gateway writes; null for everything. */
  readonly owns: readonly OwnableField[] | null;
}

/** Tells how a dossier is treated at a destination at an instant (epoch ms). */
export type Treat = (destination: string, subject: PolicySubject, at: number) => Treatment;

/** Without policies everything is sent. */
export const sendEverything: Treat = () => ({ mode: 'send', owns: null });

export interface PolicyData {
  readonly version: number;
  /** What no item names. */
  readonly defaultMode: Mode;
  readonly items: readonly SyncPolicy[];
}

/** When a policy begins, in epoch milliseconds; one without a date began long ago. */
const beginsAt = ({ effectiveFrom }: SyncPolicy): number =>
  !effectiveFrom
    ? 0
    : effectiveFrom.length === isoDate(0).length
      ? startOfDay(parseDay(effectiveFrom, 'effectiveFrom'))
      : Date.parse(effectiveFrom);

const KEPT_TREATMENTS = 20_000;

/** The policies of one version; immutable, asked for every dossier that something is appended to. */
export class Policies {
  readonly version: number;
  readonly defaultMode: Mode;
  readonly items: readonly SyncPolicy[];
  readonly #begins: readonly number[];
  readonly #treatments = new Map<string, Treatment>();
  #agencies: AgenciesOn | null = null;

  constructor({ version, defaultMode, items }: PolicyData) {
    this.version = version;
    this.defaultMode = defaultMode;
    // The most specific first: the first that fits wins.
    const ordered = items.map((item, i) => ({ item, i })).sort((a, b) => rank(b.item, a.item) || b.i - a.i);
    this.items = ordered.map(({ item }) => item);
    this.#begins = this.items.map(beginsAt);
  }

  /** How many items are in force at an instant: it only grows, for what a policy begins nothing but another version ends. */
  inForce(at: number): number {
    return this.#begins.filter((begins) => begins <= at).length;
  }

  /** The treatment of a dossier at an instant, by the agencies as they stand then. */
  of(destination: string, subject: PolicySubject, at: number, agencies: AgenciesOn): Treatment {
    if (this.#agencies !== agencies) this.#treatments.clear();
    this.#agencies = agencies;
    const { agencyCode: agency, procedureCode: procedure, origin } = subject;
    const key = `${this.inForce(at)} ${destination} ${agency} ${procedure} ${origin}`;
    const known = this.#treatments.get(key);
    if (known) return known;
    const item = this.items.find(
      (candidate, i) =>
        this.#begins[i]! <= at && candidate.destination === destination && fits(candidate, subject, agencies),
    );
    const treatment = { mode: item?.mode ?? this.defaultMode, owns: item?.owns ?? null };
    if (this.#treatments.size >= KEPT_TREATMENTS) this.#treatments.clear();
    this.#treatments.set(key, treatment);
    return treatment;
  }
}

function fits({ agency, procedure, origin }: SyncPolicy, subject: PolicySubject, agencies: AgenciesOn): boolean {
  const { agencyCode: own } = subject;
  if (agency && !(own !== null && agencies.covers([agency], agencies.standsFor(own)))) return false;
  if (procedure && !(subject.procedureCode !== null && isSameProcedure(procedure, subject.procedureCode))) return false;
  return !origin || origin === subject.origin;
}

const isSameProcedure = (a: string, b: string): boolean =>
  a === b || (nationalProcedure(a) !== null && nationalProcedure(a) === nationalProcedure(b));

/** More conditions are more specific; of as many, one that names a procedure, then a deeper agency; then the one that began later. */
function rank(a: SyncPolicy, b: SyncPolicy): number {
  const conditions = ({ agency, procedure, origin }: SyncPolicy): number =>
    Number(Boolean(agency)) + Number(Boolean(procedure)) + Number(Boolean(origin));
  const depth = ({ agency }: SyncPolicy): number =>
    agency ? agency.split('.').filter((group) => !/^0+$/.test(group)).length : 0;
  return (
    conditions(a) - conditions(b) ||
    Number(Boolean(a.procedure)) - Number(Boolean(b.procedure)) ||
    depth(a) - depth(b) ||
    beginsAt(a) - beginsAt(b)
  );
}
