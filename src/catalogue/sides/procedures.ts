/** @module What differs between our procedures and a side's list of them, as far as it tells. Pure. */
import type { Limit, ListedFee, ListedProcedure } from '../../capabilities/catalogue.ts';
import { dayOf, isoDate } from '../../deadlines/local-time.ts';
import { unitWords } from '../../deadlines/words.ts';
import { nationalProcedure } from '../../dossiers/identifiers.ts';
import type { FeeCatalogue } from '../../payments/fees.ts';
import type { Catalogue, ProcedureVersion } from '../catalogue.ts';
import { alike } from './alike.ts';
import type { CatalogueDifference, CatalogueKind, Covers, Fact } from './kinds.ts';

/** What the province keeps, as it stands at an instant. */
export interface OurSide {
  readonly catalogue: Catalogue;
  /** Null where this installation has no list of fees: nothing is said of them then. */
  readonly fees: FeeCatalogue | null;
  /** Epoch ms. */
  readonly now: number;
}

export interface ProcedureList {
  readonly side: string;
  readonly covers: Covers;
  readonly rows: readonly ListedProcedure[];
  /** Facts beside `procedures` that are compared. */
  readonly compared: ReadonlySet<Fact>;
}

export const procedureKey = (code: string): string => nationalProcedure(code) ?? code;

/** What a list tells, by what stands in it: a fact that no row has is not told. */
export function toldByProcedures(rows: readonly ListedProcedure[]): ReadonlySet<Fact> {
  const told = new Set<Fact>();
  if (rows.length > 0) told.add('procedures');
  for (const { name, sector, limit, fees } of rows) {
    if (name !== null) told.add('names');
    if (sector !== null) told.add('sectors');
    if (limit !== null) told.add('limits');
    if (fees !== null) told.add('fees');
  }
  return told;
}

/** @returns in the order of the codes; what was taken over from the portal by name alone counts as nothing of ours */
export function procedureDifferences(ours: OurSide, list: ProcedureList): CatalogueDifference[] {
  const here = inForce(ours);
  const ended = endedHere(ours, here);
  const there = new Map(list.rows.map((row) => [procedureKey(row.code), row] as const));
  const found: CatalogueDifference[] = [];
  for (const code of [...new Set([...here.keys(), ...there.keys()])].sort()) {
    const our = here.get(code);
    const their = there.get(code);
    const note = (kind: CatalogueKind, mine: string | null, theirs: string | null): void => {
      found.push({ subject: 'procedure', kind, code, ours: mine, theirs });
    };
    if (our && their) compareBoth(our, their, ours, list.compared, note);
    else if (!list.compared.has('procedures')) continue;
    else if (their) {
      const last = ended.get(code);
      if (last === undefined) note('only-there', null, their.name ?? code);
      else note('ended-here', `hết hiệu lực ngày ${dateWords(last)}`, their.name ?? code);
    } else if (our && isCovered(our, list)) note('only-here', our.name, null);
  }
  return found;
}

/** Whether a procedure that a list lacks is missing there. */
function isCovered({ systems }: ProcedureVersion, { side, covers }: ProcedureList): boolean {
  return covers === 'all' || (covers === 'own' && (systems ?? []).includes(side));
}

type Note = (kind: CatalogueKind, ours: string | null, theirs: string | null) => void;

function compareBoth(
  our: ProcedureVersion,
  their: ListedProcedure,
  { fees: catalogue, now }: OurSide,
  compared: ReadonlySet<Fact>,
  note: Note,
): void {
  if (compared.has('names') && their.name !== null && !alike(our.name, their.name))
    note('name-differs', our.name, their.name);
  if (compared.has('sectors') && their.sector !== null && our.sector.code !== their.sector.code)
    note('sector-differs', our.sector.code, their.sector.code);
  if (compared.has('limits') && their.limit !== null && !isLimitOf(our, their.limit))
    note('limit-differs', our.limit && limitWords(our.limit), limitWords(their.limit));
  if (!compared.has('fees') || their.fees === null || catalogue === null) return;
  const fees = feesInForce(catalogue, our.code, now);
  if (!sameFees(fees, their.fees)) note('fees-differ', feeWords(fees), feeWords(their.fees));
}

/** Ours by the national part of the code, as they stand now. */
function inForce({ catalogue, now }: OurSide): Map<string, ProcedureVersion> {
  const found = new Map<string, ProcedureVersion>();
  for (const { code } of catalogue.data.procedures) {
    const version = catalogue.procedureAt(code, now);
    if (version !== null && version.source !== 'national-portal') found.set(procedureKey(code), version);
  }
  return found;
}

/** The last day of those that were ours and are no more. */
function endedHere({ catalogue, now }: OurSide, here: ReadonlyMap<string, unknown>): Map<string, string> {
  const today = isoDate(dayOf(now));
  const ended = new Map<string, string>();
  for (const { code, source, effectiveTo } of catalogue.data.procedures) {
    const key = procedureKey(code);
    if (here.has(key) || source === 'national-portal' || effectiveTo === null || effectiveTo >= today) continue;
    if (effectiveTo > (ended.get(key) ?? '')) ended.set(key, effectiveTo);
  }
  return ended;
}

/** Eight working hours are a working day; other units do not turn into each other, but for an hour and a day of the clock. */
const INTO: Readonly<Record<Limit['unit'], readonly [unit: string, factor: number]>> = {
  'working-day': ['working-hour', 8],
  'working-hour': ['working-hour', 1],
  day: ['hour', 24],
  hour: ['hour', 1],
  month: ['month', 1],
};

function sameLimit(a: Limit, b: Limit): boolean {
  const [unitA, factorA] = INTO[a.unit];
  const [unitB, factorB] = INTO[b.unit];
  return unitA === unitB && a.amount * factorA === b.amount * factorB;
}

/** A side may publish the limit of the law or the province's cut of it: both are ours. */
const isLimitOf = ({ limit, cut }: ProcedureVersion, told: Limit): boolean =>
  (limit !== null && sameLimit(limit, told)) || (cut != null && sameLimit(cut.limit, told));

function feesInForce({ fees }: FeeCatalogue, code: string, now: number): ListedFee[] | null {
  const key = procedureKey(code);
  const known = fees.filter(({ procedureCode }) => procedureKey(procedureCode) === key);
  if (known.length === 0) return null;
  const today = isoDate(dayOf(now));
  return known
    .filter(
      ({ effectiveFrom, effectiveTo }) => effectiveFrom <= today && (effectiveTo === null || today <= effectiveTo),
    )
    .map(({ code: fee, amount }) => ({ code: fee, amount }));
}

const sum = (fees: readonly ListedFee[] | null): number =>
  (fees ?? []).reduce((total, { amount }) => total + amount, 0);

/** Fee by fee where the other side names each by its code, else by what they come to. */
function sameFees(ours: readonly ListedFee[] | null, theirs: readonly ListedFee[]): boolean {
  if (sum(ours) !== sum(theirs)) return false;
  if (theirs.some(({ code }) => code === null)) return true;
  const due = (fees: readonly ListedFee[]): string =>
    JSON.stringify(
      fees
        .filter(({ amount }) => amount > 0)
        .map(({ code, amount }) => `${code} ${amount}`)
        .sort(),
    );
  return due(ours ?? []) === due(theirs);
}

const limitWords = (limit: Limit): string => unitWords(limit).vi;

const dong = (amount: number): string => `${String(amount).replace(/\B(?=(\d{3})+$)/g, '.')} đồng`;

function feeWords(fees: readonly ListedFee[] | null): string | null {
  if (fees === null) return null;
  if (fees.length === 0) return dong(0);
  return fees.map(({ code, amount }) => (code === null ? dong(amount) : `${code}: ${dong(amount)}`)).join('; ');
}

const dateWords = (date: string): string => date.split('-').reverse().join('/');
