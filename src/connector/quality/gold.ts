/** @module Gold: nothing is left to wish – what changed is named, what is unknown is asked, what was let go of is not waited for. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '../../units.ts';
import { contextOf } from '../connections.ts';
import type { Client } from '../define.ts';
import { UpstreamError } from '../upstream-error.ts';
import { ENTITY_TEXT, type Mutation, mutationsOf, textMutationsOf } from './changes.ts';
import { type Exercise, exercisesOf } from './exercises.ts';
import { described, mustWork, outcomeOf } from './failures.ts';
import { callContext, onTrial, type Subject, type Trial } from './subject.ts';

/** An answer as it came. */
type Answer = { readonly json: unknown } | { readonly text: string };

/** Every answer of an exercise is changed in every place, one at a time: a result must still be true to its schema, else the error is the upstream's. */
export const changedShapes = async (subject: Subject): Promise<readonly string[]> => {
  const recorded = new Map<Exercise, readonly Answer[]>();
  const failed = await onTrial(subject, async (trial) => {
    for (const exercise of trial.exercises) {
      const answers: Answer[] = [];
      const outcome = await outcomeOf(exercise.perform(callContext(recordingContext(subject, trial, answers))));
      if (!('answer' in outcome)) return [`${exercise.name} does not work: ${described(Object.values(outcome)[0])}`];
      recorded.set(exercise, answers);
    }
    return [];
  });
  if (failed.length > 0) return failed;
  const findings: string[] = [];
  for (const exercise of exercisesOf(subject.connector)) {
    const answers = [...recorded].find(([{ name }]) => name === exercise.name)?.[1] ?? [];
    for (const [index, answer] of answers.entries())
      for (const { at, value } of changesOf(answer)) {
        const replayed = answers.with(index, value);
        const outcome = await outcomeOf(exercise.perform(callContext(replayingContext(subject, replayed))));
        if ('stray' in outcome) findings.push(`${exercise.name} breaks with ${at}: ${described(outcome.stray)}`);
        if ('answer' in outcome && JSON.stringify(outcome.answer ?? null).includes(ENTITY_TEXT))
          findings.push(`${exercise.name} resolves entities of an answer`);
      }
  }
  return findings;
};

function* changesOf(answer: Answer): Generator<Mutation<Answer>> {
  if ('json' in answer) for (const { at, value } of mutationsOf(answer.json)) yield { at, value: { json: value } };
  else for (const { at, value } of textMutationsOf(answer.text)) yield { at, value: { text: value } };
}

function recordingContext({ connector, settings }: Subject, { upstream }: Trial, answers: Answer[]) {
  const client: Client = {
    name: upstream.name,
    async json(call) {
      const json = await upstream.json(call);
      answers.push({ json });
      return json;
    },
    async text(call) {
      const text = await upstream.text(call);
      answers.push({ text });
      return text;
    },
  };
  return contextOf(connector, { settings, upstream: client, now: Date.now });
}

/** Gives back what was recorded, in order; a call beyond it finds the upstream gone. */
function replayingContext({ connector, settings }: Subject, answers: readonly Answer[]) {
  const left = [...answers];
  const next = (operation: string): Answer => {
    const answer = left.shift();
    if (answer) return answer;
    throw new UpstreamError('unavailable', { upstream: connector.name, operation, outcome: 'not-done' });
  };
  const client: Client = {
    name: connector.name,
    async json({ operation }) {
      const answer = next(operation);
      return 'json' in answer ? answer.json : answer.text;
    },
    async text({ operation }) {
      const answer = next(operation);
      return 'text' in answer ? answer.text : JSON.stringify(answer.json);
    },
  };
  return contextOf(connector, { settings, upstream: client, now: Date.now });
}

/** A write whose answer was lost is unknown; the same act again finds what the first began. */
export const unknownOutcome = (subject: Subject): Promise<readonly string[]> =>
  onTrial(subject, async (trial) => {
    const findings: string[] = [];
    for (const exercise of trial.exercises.filter(({ effect }) => effect === 'write')) {
      const { name } = exercise;
      await trial.simulator.reset();
      const act = { id: randomUUID(), isRepeat: false };
      await trial.prepare();
      await trial.simulator.faults({ lostAnswerRate: 1 });
      const lost = await outcomeOf(trial.perform(exercise, { act }));
      if (!('failure' in lost) || lost.failure.facts.outcome !== 'unknown')
        findings.push(`${name} does not say that its outcome is unknown when its answer is lost`);
      await trial.simulator.faults({});
      const again = await outcomeOf(trial.perform(exercise, { act: { ...act, isRepeat: true } }));
      if (!('answer' in again))
        findings.push(`${name} does not find what it had begun: ${described(Object.values(again)[0])}`);
      const { effects } = await trial.simulator.stats();
      if (effects !== 1) findings.push(`${name} was done ${effects} times by an act that was repeated`);
    }
    return findings;
  });

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
const FAILING = [
  { malformedRate: 1 },
  { errorRate: 1, status: 500 },
  { htmlRate: 1 },
  { down: true },
  { timeoutRate: 1 },
];

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
const ROUNDS = 12;

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
