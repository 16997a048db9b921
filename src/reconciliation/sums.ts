/** @module What a run's comparing came to, in all and by agency and procedure, added up until it is kept. Pure. */

/** By what a run's sums are kept: the agency of the dossier, and its procedure. */
export const PARTS = ['receiving', 'procedure'] as const;
export type Part = (typeof PARTS)[number];

export interface ComparedOf {
  readonly compared: number;
  readonly inStep: number;
  readonly moving: number;
}

/** Sums by code, empty where dossiers name none. */
export type Groups = Readonly<Record<Part, ReadonlyMap<string, ComparedOf>>>;

export interface DayResult extends ComparedOf {
  readonly unchecked: number;
  readonly groups: Groups;
}

/** Of which agency and procedure a dossier is. */
export interface Belonging {
  readonly agencyCode: string | null;
  readonly procedureCode: string | null;
}

type Growing = { -readonly [K in keyof ComparedOf]: ComparedOf[K] };

/** Sums by agency and by procedure that grow. */
export class GroupSums implements Groups {
  readonly receiving = new Map<string, Growing>();
  readonly procedure = new Map<string, Growing>();

  count({ agencyCode, procedureCode }: Belonging, sums: Partial<ComparedOf>): void {
    add(this.receiving, agencyCode ?? '', sums);
    add(this.procedure, procedureCode ?? '', sums);
  }

  /** @param lines of dossiers that are compared and, as far as is known, in step: agency, tabulator, procedure */
  countLines(lines: string): void {
    const counts = new Map<string, number>();
    if (lines !== '') for (const line of lines.split('\n')) counts.set(line, (counts.get(line) ?? 0) + 1);
    for (const [line, n] of counts) {
      const [agencyCode, procedureCode] = line.split('\t') as [string, string];
      this.count({ agencyCode, procedureCode }, { compared: n, inStep: n });
    }
  }

  addAll(groups: Groups): void {
    for (const part of PARTS) for (const [code, sums] of groups[part]) add(this[part], code, sums);
  }
}

function add(to: Map<string, Growing>, code: string, sums: Partial<ComparedOf>): void {
  const { compared = 0, inStep = 0, moving = 0 } = sums;
  const known = to.get(code);
  if (known === undefined) {
    to.set(code, { compared, inStep, moving });
    return;
  }
  known.compared += compared;
  known.inStep += inStep;
  known.moving += moving;
}

/** What several days came to, or parts of one. */
export class RunSums implements DayResult {
  compared = 0;
  inStep = 0;
  moving = 0;
  unchecked = 0;
  readonly groups = new GroupSums();

  add({ compared, inStep, moving, unchecked, groups }: DayResult): void {
    this.compared += compared;
    this.inStep += inStep;
    this.moving += moving;
    this.unchecked += unchecked;
    this.groups.addAll(groups);
  }
}
