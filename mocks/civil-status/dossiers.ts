/** @module The dossiers that the civil status system has, each with the steps of its work in the order in which they happened. */
import type { Entry } from '../journal.ts';
import { Past } from '../past.ts';
import type { Module } from './push.ts';

/** 1 waiting, 2 supplement, 3 processing, 4 result ready, 5 returned, 6 rejected, 7 sent by one-stop. */
export type StepStatus = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** One step, as its record is told. */
export interface Step {
  readonly status: StepStatus;
  /** What its record says of the time, on the system's own clock. */
  readonly at: number;
  readonly note: string;
  /** Until when a supplement is waited for. */
  readonly supplementUntil: number | null;
  readonly result: object | null;
}

export interface CivilDossier {
  readonly dossier: string;
  readonly module: Module;
  readonly form: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
  /** Why its record cannot be told at the moment. */
  readonly broken: string | null;
}

/** A push, a withdrawal or an act: the dossier as it is after it. */
export interface DossierEntry extends Entry {
  readonly kind: 'dossier';
  readonly state: CivilDossier;
  /** The province's call, when it was one. */
  readonly call: {
    readonly service: string;
    readonly occurredAt: number | null;
    readonly effect: boolean;
    readonly body: string;
  } | null;
}

export class CivilDossiers {
  #byCode = new Map<string, CivilDossier>();
  #bodies = new Map<string, Set<string>>();
  #past = new Past<CivilDossier>();

  of(code: string): CivilDossier | undefined {
    return this.#byCode.get(code);
  }

  /** As it was at `then`; undefined when it was not there. */
  asOf(code: string, then: number): CivilDossier | undefined {
    const was = this.#past.at(code, then);
    return was === undefined ? this.#byCode.get(code) : (was ?? undefined);
  }

  rememberPast(milliseconds: number): void {
    this.#past.reach(milliseconds);
  }

  /** Whether the province already sent exactly this. */
  knowsCall(code: string, body: string): boolean {
    return this.#bodies.get(code)?.has(body) ?? false;
  }

  /** Every dossier that is finished with a result, for look-ups of the register. */
  *registered(): Generator<CivilDossier & { readonly result: object }> {
    for (const dossier of this.#byCode.values()) {
      const result = dossier.steps.findLast((step) => step.result !== null)?.result;
      if (result) yield { ...dossier, result };
    }
  }

  put({ at, state, call }: DossierEntry): void {
    const code = state.dossier;
    this.#past.note(code, at, this.#byCode.get(code) ?? null);
    this.#byCode.set(code, state);
    if (call) this.#bodies.set(code, (this.#bodies.get(code) ?? new Set()).add(call.body));
  }

  reset(): void {
    this.#byCode = new Map();
    this.#bodies = new Map();
    this.#past.reset();
  }
}

export const step = (status: StepStatus, at: number, note: string, more: Partial<Step> = {}): Step => ({
  status,
  at,
  note,
  supplementUntil: null,
  result: null,
  ...more,
});
