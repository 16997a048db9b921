/** @module Gold: nothing is left to wish – what changed is named, what is unknown is asked, what was let go of is not waited for. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../units.ts';
import { described, mustWork, outcomeOf } from './failures.ts';
import { onTrial, type Subject, type Trial } from './subject.ts';

/** A write whose answer was lost is unknown; the same act again finds what the first began. */
export async function unknownOutcome(subject: Subject): Promise<readonly string[]> {
  const findings: string[] = [];
  await onTrial(subject, async ({ exercises }) => {
    // Each on a connection of its own, whose breaker has seen nothing of the others.
    const writes = exercises.filter(({ effect }) => effect === 'write');
    if (writes.length === 0) findings.push('nothing of what it writes can be tried');
    for (const { name } of writes) findings.push(...(await onTrial(subject, (trial) => lostAnswer(trial, name))));
    return [];
  });
  return findings;
}

async function lostAnswer(trial: Trial, name: string): Promise<string[]> {
  const exercise = trial.exercises.find((each) => each.name === name)!;
  const act = { id: randomUUID(), isRepeat: false };
  const findings: string[] = [];
  await trial.prepare();
  const ready = await outcomeOf(trial.before(exercise, { act }));
  if (!('answer' in ready)) return [`${name} cannot be prepared: ${described(Object.values(ready)[0])}`];
  const before = await trial.simulator.stats();
  await trial.simulator.faults({ lostAnswerRate: 1 });
  const lost = await outcomeOf(trial.act(exercise, { act }));
  if (!('failure' in lost) || lost.failure.facts.outcome !== 'unknown')
    findings.push(`${name} does not say that its outcome is unknown when its answer is lost`);
  await trial.simulator.faults({});
  await trial.recover();
  const again = await outcomeOf(trial.act(exercise, { act: { ...act, isRepeat: true } }));
  if (!('answer' in again))
    findings.push(`${name} does not find what it had begun: ${described(Object.values(again)[0])}`);
  const { effects } = await trial.simulator.stats();
  const times = effects - before.effects;
  if (times !== 1) findings.push(`${name} was done ${times} times by an act that was repeated`);
  return findings;
}

const PATIENCE = 150;
/** What an attempt itself may take here: longer, so that only the caller's own end can end it in time. */
const ATTEMPT_MS = 10 * SECOND;
const TOO_LATE = 3 * SECOND;

export const deadline = (subject: Subject): Promise<readonly string[]> =>
  onTrial(
    subject,
    async (trial) => {
      // A log-in is for all callers, and waits for none of them.
      await trial.prepare();
      await trial.simulator.faults({ timeoutRate: 1 });
      const found = trial.exercises.map(async (exercise) => {
        const call = outcomeOf(trial.perform(exercise, { signal: AbortSignal.timeout(PATIENCE) }));
        const isInTime = await Promise.race([call.then(() => true), sleep(TOO_LATE, false, { ref: false })]);
        return isInTime
          ? []
          : [`${exercise.name} still waits ${TOO_LATE} ms after a caller that left after ${PATIENCE}`];
      });
      return (await Promise.all(found)).flat();
    },
    ATTEMPT_MS,
  );

/** The ways to fail in which an upstream's or our own words could carry what was asked. */
const FAILING = [{ malformedRate: 1 }, { errorRate: 1, status: 500 }, { htmlRate: 1 }, { down: true }];

export const noPersonalData = async (subject: Subject): Promise<readonly string[]> => {
  const findings = new Set<string>();
  for (const faults of FAILING)
    await onTrial(subject, async (trial) => {
      await trial.simulator.faults(faults);
      const told = trial.exercises.map(async (exercise) => {
        const error: unknown = Object.values(await outcomeOf(trial.perform(exercise)))[0];
        if (!(error instanceof Error)) return;
        const words = `${error.message} ${JSON.stringify({ ...error })}`;
        if (exercise.personal.some((text) => words.includes(text)))
          findings.add(`${exercise.name} tells in its failure what it was asked about: ${described(error)}`);
      });
      await Promise.all(told);
      return [];
    });
  return [...findings];
};

const STORM = {
  errorRate: 0.1,
  timeoutRate: 0.05,
  malformedRate: 0.1,
  truncateRate: 0.1,
  htmlRate: 0.1,
  resetRate: 0.1,
  lostAnswerRate: 0.1,
  jitterMs: 20,
  seed: 766,
};
/** Enough that retries hide a break from all of them but once in a thousand runs. */
const ROUNDS = 24;

export const storm = (subject: Subject): Promise<readonly string[]> =>
  onTrial(subject, async (trial) => {
    const findings: string[] = [];
    await trial.simulator.faults(STORM);
    for (const exercise of trial.exercises) {
      const outcomes = await Promise.all(Array.from({ length: ROUNDS }, () => outcomeOf(trial.perform(exercise))));
      for (const outcome of outcomes)
        if ('stray' in outcome)
          findings.push(`${exercise.name} breaks under every fault at once: ${described(outcome.stray)}`);
    }
    await trial.simulator.faults({});
    await trial.recover();
    return [...new Set(findings), ...(await mustWork(trial, 'every fault at once'))];
  });

/** Where nobody publishes a limit it is agreed upon, and is a setting; an empty list says that there is none. */
export async function limitsKnown({ connector: { limits } }: Subject): Promise<string[]> {
  return limits ? [] : ['it says nothing of limits, not even that an agreement may name one'];
}
