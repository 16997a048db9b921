/** @module What an agency finds in the morning: the open dossiers sorted by what is to be done first. Pure. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { foldOf } from '../dossiers/folded.ts';
import { voidedSeqs } from '../dossiers/state.ts';
import { type Holder, holderOf } from './holder.ts';
import type { AlertRules } from './rules.ts';
import { scheduleOf, stands, type WatchedDossier } from './schedule.ts';

export interface OpenDossier extends WatchedDossier {
  readonly code: string;
}

/** A dossier of a list; `since` is when it came into that list's state. */
export interface Listed {
  readonly dossierCode: string;
  readonly agencyCode: string | null;
  readonly procedureCode: string | null;
  readonly since: number | null;
  readonly appointmentAt: number | null;
}

export interface Listing {
  count: number;
  /** The first of them, in the order of registration. */
  readonly items: Listed[];
}

export interface PausedListing extends Listing {
  readonly reason: string;
  readonly holder: Holder;
}

const LISTED_AT_MOST = 100;

const listing = (): Listing => ({ count: 0, items: [] });

/** Sorts an agency's open dossiers, one by one. */
export class MorningSummary {
  readonly awaitingAcceptance = listing();
  readonly dueToday = listing();
  readonly dueSoon = listing();
  readonly overdueWithApology = listing();
  readonly overdueWithoutApology = listing();
  readonly pausedByReason = new Map<string, PausedListing>();
  readonly #rules: AlertRules;
  readonly #catalogue: Catalogue;
  readonly #now: number;

  constructor(rules: AlertRules, catalogue: Catalogue, now: number) {
    this.#rules = rules;
    this.#catalogue = catalogue;
    this.#now = now;
  }

  /** A paused dossier stands among the paused, and also among the overdue if it was late before. */
  add(dossier: OpenDossier): void {
    const folded = foldOf(dossier, this.#catalogue);
    if (folded.endedAt !== null) return;
    const { submittedAt, appointmentAt } = dossier;
    if (folded.status === 'submitted') put(this.awaitingAcceptance, dossier, submittedAt);
    const [pause] = folded.pauses;
    if (pause) put(this.#pausedFor(pause.reason), dossier, pause.from);

    const kinds = new Set(
      scheduleOf(dossier, this.#rules, this.#catalogue)
        .filter((rung) => stands(rung, this.#now))
        .map(({ kind }) => kind),
    );
    if (kinds.has('due-today')) put(this.dueToday, dossier, null);
    if (kinds.has('due-soon')) put(this.dueSoon, dossier, null);
    if (kinds.has('overdue'))
      put(hasApology(dossier) ? this.overdueWithApology : this.overdueWithoutApology, dossier, appointmentAt);
  }

  #pausedFor(reason: string): PausedListing {
    let found = this.pausedByReason.get(reason);
    if (!found) {
      found = { reason, holder: holderOf(reason), ...listing() };
      this.pausedByReason.set(reason, found);
    }
    return found;
  }
}

function put(into: Listing, dossier: OpenDossier, since: number | null): void {
  into.count += 1;
  if (into.items.length === LISTED_AT_MOST) return;
  const { code: dossierCode, agencyCode, procedureCode, appointmentAt } = dossier;
  into.items.push({ dossierCode, agencyCode, procedureCode, since, appointmentAt });
}

/** Form 04 was given and not taken back. */
function hasApology({ facts }: OpenDossier): boolean {
  const voided = voidedSeqs(facts);
  return facts.some(({ n, b }) => b === 'form-04' && !voided.has(n));
}
