/** @module Every answer changed in every place, one at a time: what comes of it is true to its schema, or the upstream's fault. */
import { ENTITY_TEXT, type Mutation, mutationsOf, textMutationsOf } from './changes.ts';
import type { Exercise } from './exercises.ts';
import { described, outcomeOf } from './failures.ts';
import { type Answer, type Recorded, recording, replaying } from './replay.ts';
import { callContext, onTrial, type Subject } from './subject.ts';

/** The same for every run, so that answers that name it fit. */
const ACT = { id: '0b8c1d52-6f3e-4d6e-9a57-0d3c1c6a0766', isRepeat: false };

export async function changedShapes(subject: Subject): Promise<readonly string[]> {
  const taken = new Map<Exercise, readonly Recorded[]>();
  const failed = await onTrial(subject, async (trial) => {
    for (const exercise of trial.exercises) {
      await trial.simulator.reset();
      const answers: Recorded[] = [];
      const outcome = await outcomeOf(perform(exercise, recording(subject, trial.upstream, answers)));
      if (!('answer' in outcome)) return [`${exercise.name} does not work: ${described(Object.values(outcome)[0])}`];
      taken.set(exercise, answers);
    }
    return [];
  });
  if (failed.length > 0) return failed;
  const findings: string[] = [];
  for (const [exercise, recorded] of taken) findings.push(...(await findingsOf(subject, exercise, recorded)));
  return findings;
}

async function findingsOf(subject: Subject, exercise: Exercise, recorded: readonly Recorded[]): Promise<string[]> {
  const { name } = exercise;
  const again = await outcomeOf(perform(exercise, replaying(subject, recorded)));
  if (!('answer' in again))
    return [`${name} does not take its own answers again: ${described(Object.values(again)[0])}`];
  const findings: string[] = [];
  for (const [index, { answer, ids }] of recorded.entries())
    for (const { at, value } of changesOf(answer)) {
      const replayed = recorded.with(index, { answer: value, ids });
      const outcome = await outcomeOf(perform(exercise, replaying(subject, replayed)));
      if ('stray' in outcome) findings.push(`${name} breaks with ${at}: ${described(outcome.stray)}`);
      if ('answer' in outcome && JSON.stringify(outcome.answer ?? null).includes(ENTITY_TEXT))
        findings.push(`${name} resolves entities of an answer`);
    }
  return findings;
}

async function perform(exercise: Exercise, context: ReturnType<typeof recording>): Promise<unknown> {
  const call = callContext(context, { act: ACT });
  await exercise.before?.(call);
  return exercise.perform(call);
}

function* changesOf(answer: Answer): Generator<Mutation<Answer>> {
  if ('json' in answer) for (const { at, value } of mutationsOf(answer.json)) yield { at, value: { json: value } };
  else for (const { at, value } of textMutationsOf(answer.text)) yield { at, value: { text: value } };
}
