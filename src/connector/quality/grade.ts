/** @module From rules to a grade: as a connector declares it, and as the kit finds it. */
import type { Connector } from '../define.ts';
import { GRADES, type Grade, type Quality, RULES, type Rule, type RuleId, type RuleState } from './rules.ts';
import type { Subject } from './subject.ts';

/** A rule as it stands for one connector. */
export type Standing = RuleState | 'not-applicable';

const rules: readonly Rule[] = RULES;

/** What the declaration says, where it says nothing what follows from the rule. */
export function standingOf(connector: Connector, rule: Rule): Standing {
  if (rule.applies?.(connector) === false) return 'not-applicable';
  const declared: Quality[RuleId] = connector.quality?.[rule.id as RuleId];
  return declared ?? (rule.prove ? 'done' : 'todo');
}

/** The highest grade of which, with all below it, nothing is owed; null where not even bronze. */
export function gradeFrom(isOwed: (rule: Rule) => boolean): Grade | null {
  let reached: Grade | null = null;
  for (const grade of GRADES) {
    if (rules.some((rule) => rule.grade === grade && isOwed(rule))) return reached;
    reached = grade;
  }
  return reached;
}

/** The grade that a connector declares; tests prove it. */
export const declaredGrade = (connector: Connector): Grade | null =>
  gradeFrom((rule) => standingOf(connector, rule) === 'todo');

/** What was found of one rule. */
export interface Verdict {
  readonly rule: Rule;
  readonly standing: Standing;
  /** What is wrong; for a rule that is still owed, why it is. */
  readonly findings: readonly string[];
}

/** Proves every rule that a machine can prove, one after the other. */
export async function judge(
  subject: Subject,
  told: (verdict: Verdict) => void = () => {},
): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const rule of rules) {
    const standing = standingOf(subject.connector, rule);
    const isProved = (standing === 'done' || standing === 'todo') && rule.prove;
    const verdict = { rule, standing, findings: isProved ? await rule.prove!(subject) : [] };
    verdicts.push(verdict);
    told(verdict);
  }
  return verdicts;
}

/** Whether a declaration promises what does not hold. */
export const isBroken = ({ standing, findings }: Verdict): boolean => standing === 'done' && findings.length > 0;

/** The grade that was found. */
export const foundGrade = (verdicts: readonly Verdict[]): Grade | null =>
  gradeFrom((wanted) =>
    verdicts.some((verdict) => verdict.rule.id === wanted.id && (verdict.standing === 'todo' || isBroken(verdict))),
  );
