/** @module The dossiers of one batch in memory: finding, opening, appending to them, and settling what follows from their entries. No database, no clock of its own. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { appointmentInForce, limitOverrideOf } from './appointment.ts';
import type { CommandResult, DossierRef, RefusalCode } from './commands.ts';
import { countedAppointment, type Entry, factOf, rowOf } from './entry.ts';
import { foldOf } from './folded.ts';
import { parseDossierCode } from './identifiers.ts';
import type { DossierFields, Origin } from './shape.ts';
import { type DossierState, type EntryBody, voidedSeqs } from './state.ts';

/** A day's work: an event reported later than this after it happened is taken and marked. */
const LATE_REPORT_WORKING_MINUTES = 480;

/** The dossiers of one batch, all locked, and what is needed to open another. */
export interface Workspace {
  readonly byCode: Map<string, DossierState>;
  readonly byId: Map<number, DossierState>;
  readonly aliases: { system: string; code: string; dossierId: number }[];
  readonly catalogue: Catalogue;
  readonly now: number;
  nextId(): number;
}

/** Refuses a command; its sender hears why. */
export const refused = (code: RefusalCode, detail: string, detailVi?: string): CommandResult => ({
  outcome: 'refused',
  code,
  detail,
  ...(detailVi !== undefined && { detailVi }),
});

/** The dossier a sender names; a superseded one stands for its survivor. */
export function resolve(work: Workspace, ref: DossierRef): DossierState | 'ambiguous' | null {
  const follow = (dossier: DossierState): DossierState =>
    dossier.supersededBy === null ? dossier : (work.byId.get(dossier.supersededBy) ?? dossier);
  const byCode = ref.code === null ? undefined : work.byCode.get(ref.code);
  if (byCode) return follow(byCode);
  if (!ref.alias) return null;
  const { system, code } = ref.alias;
  const exact = work.aliases.filter(
    (alias) => alias.code === code && (alias.system === system || alias.system === '*'),
  );
  const ids = new Set(exact.map((alias) => alias.dossierId));
  if (ids.size > 1) return 'ambiguous';
  for (const id of ids) {
    const dossier = work.byId.get(id);
    if (dossier) return follow(dossier);
  }
  return null;
}

export const named = (ref: DossierRef): string => ref.code ?? ref.alias?.code ?? 'the dossier';

/** Opens a dossier that is not known yet; it stays incomplete until its identity is. */
export function open(work: Workspace, ref: DossierRef, origin: Origin): DossierState {
  const dossier: DossierState = {
    id: work.nextId(),
    code: ref.code,
    isNew: true,
    procedureCode: null,
    agencyCode: null,
    agencies: agenciesOfCode(work, ref.code),
    channel: null,
    origin,
    incomplete: true,
    supersededBy: null,
    status: 'submitted',
    pauseReason: null,
    pausedSince: null,
    outcome: null,
    headSeq: 0,
    facts: [],
    submittedAt: null,
    receivedAt: null,
    appointmentAt: null,
    appointmentBasis: null,
    limitOverride: null,
    finishedAt: null,
    unverified: null,
    createdAt: work.now,
    fields: {},
    fieldsChanged: true,
    adoption: null,
    verification: null,
    newAliases: [],
    newEntries: [],
  };
  work.byId.set(dossier.id, dossier);
  if (ref.code !== null) work.byCode.set(ref.code, dossier);
  if (ref.alias && ref.alias.code !== ref.code) {
    dossier.newAliases.push(ref.alias);
    work.aliases.push({ ...ref.alias, dossierId: dossier.id });
  }
  return dossier;
}

/** The agencies as they stand when the batch is received. */
const agenciesNow = (work: Workspace) => work.catalogue.agencies.asOf(work.now);

function agenciesOfCode(work: Workspace, code: string | null): string[] {
  const parsed = code === null ? null : parseDossierCode(code);
  return parsed ? agenciesNow(work).standsFor(parsed.agency) : [];
}

/** Whether an agency of the dossier counts for one of the sender's own. */
export const touches = (work: Workspace, own: readonly string[], dossier: DossierState): boolean =>
  agenciesNow(work).covers(own, dossier.agencies);

/** Whether the agency of a code counts for one of the sender's own. */
export const coversCode = (work: Workspace, own: readonly string[], code: string): boolean =>
  agenciesNow(work).covers(own, agenciesNow(work).standsFor(code));

/** Lets an agency take part in the dossier: those that did before keep their part. */
export function joinAgencies(work: Workspace, dossier: DossierState, codes: readonly string[]): void {
  const joining = codes.flatMap((code) => agenciesNow(work).standsFor(code));
  dossier.agencies = [...new Set([...dossier.agencies, ...joining])];
}

/** Appends an entry to the dossier in memory and gives its seq. */
export function add(work: Workspace, dossier: DossierState, entry: Entry): number {
  const seq = ++dossier.headSeq;
  dossier.facts.push(factOf(seq, entry));
  // Nobody has reported a claim.
  const isLate =
    entry.kind !== 'claim' &&
    work.catalogue.calendar.addWorkingMinutes(entry.at, LATE_REPORT_WORKING_MINUTES) < work.now;
  dossier.newEntries.push(rowOf(dossier.id, seq, entry, isLate));
  return seq;
}

/** Takes an entry back; null where it was taken back before. */
export function addVoid(
  work: Workspace,
  dossier: DossierState,
  seq: number,
  body: EntryBody,
  source: string,
): number | null {
  if (voidedSeqs(dossier.facts).has(seq)) return null;
  return add(work, dossier, {
    kind: 'void',
    at: work.now,
    source,
    eventId: `${dossier.id}:void:${seq}`,
    voids: seq,
    body: { ...body, seq },
  });
}

/**
 * Refolds the dossier after its new entries and moves the appointment, which is an entry of its own when it changes.
 *
 * @param cause the entry from which on the change follows
 * @param because what else changed it: a calendar, a catalogue
 */
export function settle(work: Workspace, dossier: DossierState, cause: number, because?: string): void {
  const folded = foldOf(dossier, work.catalogue);
  dossier.status = folded.status;
  dossier.pauseReason = folded.pauseReason;
  dossier.pausedSince = folded.pauses[0]?.from ?? null;
  dossier.outcome = folded.outcome;
  dossier.finishedAt = folded.endedAt;
  if (dossier.incomplete) return;
  const inForce = appointmentInForce(dossier, folded, work.catalogue, work.now);
  const at = inForce?.at ?? null;
  if (at === dossier.appointmentAt) return;
  const previous = dossier.appointmentAt;
  dossier.appointmentAt = at;
  dossier.appointmentBasis = inForce?.basis ?? null;
  if (at === null || dossier.facts.some((fact) => fact.n >= cause && fact.a === at)) return;
  const counted = { previous, at, cause: because ?? cause, ruleVersion: work.catalogue.version, now: work.now };
  add(work, dossier, countedAppointment(dossier.id, dossier.headSeq + 1, counted));
}

/** Absent stays, `null` and `[]` empty. */
export function merge(before: DossierFields, given: DossierFields): DossierFields {
  const merged: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(given)) if (value !== undefined) merged[key] = value;
  return merged as DossierFields;
}

/** Whether the required fields of a registration are known. */
export const identityKnown = (fields: DossierFields): boolean =>
  Boolean(
    fields.procedureCode &&
      fields.agencyCode &&
      fields.channel &&
      fields.applicant &&
      (fields.submittedAt || fields.receivedAt),
  );

/** Copies what the narrow row holds out of the fields. */
export function takeFields(work: Workspace, dossier: DossierState, fields: DossierFields): void {
  dossier.fields = fields;
  dossier.fieldsChanged = true;
  dossier.procedureCode = fields.procedureCode ?? null;
  dossier.agencyCode = fields.agencyCode ?? null;
  dossier.channel = fields.channel ?? null;
  dossier.origin = fields.origin ?? dossier.origin;
  dossier.submittedAt = time(fields.submittedAt ?? fields.receivedAt);
  dossier.receivedAt = time(fields.receivedAt);
  dossier.limitOverride = limitOverrideOf(fields);
  dossier.unverified = fields.unverified?.length ? [...fields.unverified] : null;
  const { agencyCode, routing } = fields;
  joinAgencies(
    work,
    dossier,
    [agencyCode, routing?.receiving, routing?.resolving, routing?.returning].filter((code) => typeof code === 'string'),
  );
}

const time = (value: string | null | undefined): number | null => (value ? Date.parse(value) : null);
