/** @module Which agency a code stands for on a day, and whose dossiers count for whom: parents, predecessors and successors. Pure. */
import { dayOf, isoDate, parseDay } from '../deadlines/local-time.ts';
import { agencyAncestors, parseDossierCode } from '../dossiers/identifiers.ts';
import { type Agency, idOf, type Predecessor } from './agency.ts';

/** Who went by a code from that day on; null: since ever. */
interface Holder {
  readonly agency: Agency;
  readonly from: string | null;
}

const dayAfter = (date: string): string => isoDate(parseDay(date, 'effectiveTo') + 1);
/** By then everything that is planned has come. */
export const LAST_DAY = '9999-12-31';

const dayBefore = (date: string): string => isoDate(parseDay(date, 'effectiveFrom') - 1);
const earlier = (a: string, b: string | null): string => (b === null || a < b ? a : b);

/** The last to have taken a code by a day, else the first of all. */
const lastBy = (day: string, holders: readonly Holder[]): Agency | null =>
  (holders.findLast(({ from }) => from === null || from <= day) ?? holders[0])?.agency ?? null;

/** Days for which a directory keeps its answers ready: today, and what people look up. */
const DAYS_KEPT = 8;

/** Every agency there is or was. */
export class Directory {
  readonly agencies: readonly Agency[];
  readonly #byId = new Map<string, Agency>();
  readonly #holders = new Map<string, Holder[]>();
  readonly #successors = new Map<string, { id: string; from: string }[]>();
  readonly #days = new Map<string, AgenciesOn>();
  #latest: { day: number; agencies: AgenciesOn } | null = null;

  constructor(agencies: readonly Agency[]) {
    this.agencies = agencies;
    for (const agency of agencies) {
      this.#byId.set(idOf(agency), agency);
      let from = agency.effectiveFrom ?? null;
      for (const former of agency.formerCodes ?? []) {
        this.#hold(former.code, { agency, from: former.effectiveFrom ?? agency.effectiveFrom ?? null });
        const next = dayAfter(former.effectiveTo);
        if (from === null || next > from) from = next;
      }
      this.#hold(agency.code, { agency, from });
    }
    for (const agency of agencies)
      for (const { code, effectiveFrom } of agency.predecessors ?? []) {
        const former = this.predecessor(agency, { code, effectiveFrom });
        if (former === null) continue;
        const known = this.#successors.get(idOf(former)) ?? [];
        this.#successors.set(idOf(former), [...known, { id: idOf(agency), from: effectiveFrom }]);
      }
  }

  /** The agencies as they stand at an instant (epoch ms). */
  asOf(at: number): AgenciesOn {
    const day = dayOf(at);
    if (this.#latest?.day !== day) this.#latest = { day, agencies: this.on(isoDate(day)) };
    return this.#latest.agencies;
  }

  /** The agencies as they stand on a day. */
  on(day: string): AgenciesOn {
    let found = this.#days.get(day);
    if (found === undefined) {
      if (this.#days.size === DAYS_KEPT) this.#days.clear();
      found = new AgenciesOn(this, day);
      this.#days.set(day, found);
    }
    return found;
  }

  byId(id: string): Agency | null {
    return this.#byId.get(id) ?? null;
  }

  /** Who was the last to take a code by a day; before its first day, its first holder. */
  holder(code: string, day: string): Agency | null {
    return lastBy(day, this.holders(code));
  }

  /** Whom an agency has taken over under a code, which it may go by itself since. */
  predecessor(agency: Agency, { code, effectiveFrom }: Pick<Predecessor, 'code' | 'effectiveFrom'>): Agency | null {
    const others = this.holders(code).filter((holder) => holder.agency !== agency);
    return lastBy(dayBefore(effectiveFrom), others);
  }

  /** Everyone who ever went by a code. */
  holders(code: string): readonly Holder[] {
    return this.#holders.get(code) ?? [];
  }

  successorsOf(agency: Agency, day: string): Agency[] {
    return (this.#successors.get(idOf(agency)) ?? [])
      .filter(({ from }) => from <= day)
      .map(({ id }) => this.#byId.get(id)!);
  }

  /** The last day of an agency: its own, else the one before a successor takes over; null: none is known. */
  lastDayOf(agency: Agency): string | null {
    const taken = (this.#successors.get(idOf(agency)) ?? []).map(({ from }) => dayBefore(from)).sort()[0];
    return agency.effectiveTo ?? taken ?? null;
  }

  #hold(code: string, holder: Holder): void {
    const holders = [...(this.#holders.get(code) ?? []), holder];
    this.#holders.set(
      code,
      holders.sort((a, b) => (a.from ?? '').localeCompare(b.from ?? '')),
    );
  }
}

/** Callers whose codes are kept ready. */
const CALLERS_KEPT = 1_000;

/** The agencies on one day: what was merged by then counts for its successor. */
export class AgenciesOn {
  readonly #directory: Directory;
  readonly #day: string;
  readonly #countsFor = new Map<string, ReadonlySet<string>>();
  #under: Map<string, Agency[]> | null = null;
  readonly #codes = new Map<string, { set: ReadonlySet<string>; list: readonly string[] }>();

  constructor(directory: Directory, day: string) {
    this.#directory = directory;
    this.#day = day;
  }

  /** The agency that a code of either scheme stands for. */
  find(code: string): Agency | null {
    return this.#directory.holder(code, this.#day);
  }

  /** The nearest known agency above a code (itself when known). */
  nearest(code: string): Agency | null {
    for (const each of [code, ...agencyAncestors(code)]) {
      const known = this.find(each);
      if (known) return known;
    }
    return null;
  }

  /** The code that an agency goes by. */
  codeOf(agency: Agency): string {
    const former = (agency.formerCodes ?? [])
      .filter(({ effectiveFrom, effectiveTo }) => (effectiveFrom ?? '') <= this.#day && this.#day <= effectiveTo)
      .at(-1);
    return former?.code ?? agency.code;
  }

  /** Every code of an agency, with the days on which it went by it. */
  codesOf(agency: Agency): { code: string; effectiveFrom: string | null; effectiveTo: string | null }[] {
    const codes = [...(agency.formerCodes ?? []).map(({ code }) => code), agency.code];
    return codes.map((code) => {
      const former = agency.formerCodes?.find((each) => each.code === code);
      const from = this.#directory.holders(code).find((holder) => holder.agency === agency)!.from;
      return { code, effectiveFrom: from, effectiveTo: former?.effectiveTo ?? this.lastDayOf(agency) };
    });
  }

  lastDayOf(agency: Agency): string | null {
    return this.#directory.lastDayOf(agency);
  }

  predecessorOf(agency: Agency, predecessor: Predecessor): Agency | null {
    return this.#directory.predecessor(agency, predecessor);
  }

  parentOf(agency: Agency): Agency | null {
    const day = earlier(this.#day, this.#directory.lastDayOf(agency));
    const former = (agency.formerParents ?? [])
      .filter(({ effectiveTo }) => day <= effectiveTo)
      .sort((a, b) => a.effectiveTo.localeCompare(b.effectiveTo))[0];
    const code = former?.code ?? agency.parentCode;
    return code === null ? null : this.#directory.holder(code, day);
  }

  successorsOf(agency: Agency): Agency[] {
    return this.#directory.successorsOf(agency, this.#day);
  }

  exists(agency: Agency): boolean {
    return (agency.effectiveFrom ?? '') <= this.#day && !this.#isClosed(agency);
  }

  /** The code under which the work of a code's agency goes on: its successor's, where there is exactly one. */
  currentCode(code: string): string {
    const seen = new Set<Agency>();
    let agency = this.find(code);
    while (agency !== null && !seen.has(agency)) {
      seen.add(agency);
      const successors = this.successorsOf(agency);
      if (successors.length !== 1) return this.codeOf(agency);
      agency = successors[0]!;
    }
    return code;
  }

  /** Codes as which a dossier of an agency is found: its own, and those above one that no catalogue knows. */
  standsFor(code: string): string[] {
    return this.find(code) === null ? [code, ...agencyAncestors(code)] : [code];
  }

  /** A dossier's code as it reads with each other code of its agency. */
  spellingsOf(dossierCode: string): string[] {
    const own = parseDossierCode(dossierCode)?.agency;
    const agency = own === undefined ? null : this.find(own);
    if (own === undefined || agency === null) return [];
    return this.codesOf(agency)
      .filter(({ code }) => code !== own)
      .map(({ code }) => code + dossierCode.slice(own.length));
  }

  /** Every code whose dossiers count for one of the agencies: its own ones, those below it, those merged into these. */
  codesUnder(codes: readonly string[]): readonly string[] {
    return this.#codesUnder(codes).list;
  }

  /** Whether a dossier found by these codes counts for one of the agencies. */
  covers(own: readonly string[], codes: readonly string[]): boolean {
    const { set } = this.#codesUnder(own);
    return codes.some((code) => set.has(code));
  }

  /** Whether the dossiers of every agency there is count for one of these. */
  coversAll(own: readonly string[]): boolean {
    const { set } = this.#codesUnder(own);
    const { agencies } = this.#directory;
    return agencies.length > 0 && agencies.every(({ code }) => set.has(code));
  }

  /** Agencies, past ones included, whose dossiers count for that of a code; none for a code that nobody knows. */
  under(code: string): readonly Agency[] {
    const agency = this.find(code);
    if (agency === null) return [];
    if (this.#under === null) {
      this.#under = new Map();
      for (const each of this.#directory.agencies)
        for (const id of this.#reach(each)) this.#under.set(id, [...(this.#under.get(id) ?? []), each]);
    }
    return this.#under.get(idOf(agency)) ?? [];
  }

  #isClosed(agency: Agency): boolean {
    const last = this.#directory.lastDayOf(agency);
    return last !== null && last < this.#day;
  }

  #codesUnder(codes: readonly string[]): { set: ReadonlySet<string>; list: readonly string[] } {
    const key = codes.join(' ');
    let found = this.#codes.get(key);
    if (found === undefined) {
      const set = new Set<string>(codes);
      for (const code of codes)
        for (const agency of this.under(code)) {
          set.add(agency.code);
          for (const former of agency.formerCodes ?? []) set.add(former.code);
        }
      found = { set, list: [...set] };
      if (this.#codes.size === CALLERS_KEPT) this.#codes.clear();
      this.#codes.set(key, found);
    }
    return found;
  }

  /** Ids of all agencies for which one's dossiers count. */
  #reach(agency: Agency): ReadonlySet<string> {
    const id = idOf(agency);
    const known = this.#countsFor.get(id);
    if (known !== undefined) return known;
    const reached = new Set([id]);
    // Known before it is complete, so that a ring of agencies, which no import lets in, ends too.
    this.#countsFor.set(id, reached);
    const successors = this.successorsOf(agency);
    for (const successor of successors) for (const each of this.#reach(successor)) reached.add(each);
    const parent = this.parentOf(agency);
    // A closed agency that nobody has taken over goes with the one above it; one that works, or that went elsewhere, does not.
    const follows = successors.length === 0 && this.#isClosed(agency);
    if (parent !== null && follows) for (const each of this.#reach(parent)) reached.add(each);
    for (let above = parent; above !== null && !reached.has(idOf(above)); above = this.parentOf(above))
      reached.add(idOf(above));
    return reached;
  }
}
