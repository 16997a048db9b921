/** @module Silver: it can be relied on – each way in which an upstream fails is named for what it is, and ends by itself. */

import { SECOND } from '../../units.ts';
import { mutationsOf } from './changes.ts';
import { described, mustFail, mustWork, outcomeOf } from './failures.ts';
import { onTrial, type Subject } from './subject.ts';

/** Failed calls that open a breaker. */
const MANY = 25;

export const outage = (subject: Subject): Promise<readonly string[]> =>
  onTrial(subject, async (trial) => {
    await trial.simulator.faults({ down: true });
    const findings = await mustFail(trial, 'an outage', ['unavailable']);
    const [first] = trial.exercises;
    if (first) for (let n = 0; n < MANY; n++) await outcomeOf(trial.perform(first));
    await trial.simulator.faults({});
    await trial.recover();
    return [...findings, ...(await mustWork(trial, 'an outage'))];
  });

/** Three attempts of a second, and the pauses between them, on a machine that has other work. */
const LONGEST_SILENCE = 15 * SECOND;

export const silence = (subject: Subject): Promise<readonly string[]> =>
  onTrial(subject, async (trial) => {
    await trial.simulator.faults({ timeoutRate: 1 });
    const started = Date.now();
    const findings = await mustFail(trial, 'silence', ['timeout', 'unavailable']);
    const waited = Date.now() - started;
    return waited > LONGEST_SILENCE
      ? [...findings, `a call waits ${waited} ms for an upstream that is silent`]
      : findings;
  });

const BROKEN = [
  ['a page of HTML', { htmlRate: 1 }, ['contract', 'unavailable']],
  ['a body that is no JSON or XML', { malformedRate: 1 }, ['contract', 'unavailable']],
  ['a truncated body', { truncateRate: 1 }, ['unavailable', 'timeout', 'contract']],
  ['a broken connection', { resetRate: 1 }, ['unavailable']],
  ['HTTP 500', { errorRate: 1, status: 500 }, ['unavailable']],
] as const;

export const brokenAnswers = async (subject: Subject): Promise<readonly string[]> => {
  const findings: string[] = [];
  for (const [under, faults, kinds] of BROKEN)
    findings.push(
      ...(await onTrial(subject, async (trial) => {
        await trial.simulator.faults(faults);
        const failed = await mustFail(trial, under, kinds);
        await trial.simulator.faults({});
        await trial.recover();
        return [...failed, ...(await mustWork(trial, under))];
      })),
    );
  return findings;
};

export const announcedEnds = async (subject: Subject): Promise<readonly string[]> => {
  const maintenance = await onTrial(subject, async (trial) => {
    await trial.simulator.faults({ maintenanceUntil: new Date(Date.now() + 60 * SECOND).toISOString() });
    return [...(await mustFail(trial, 'maintenance', ['maintenance'])), ...(await mustKeepAway(trial, 'maintenance'))];
  });
  const quota = await onTrial(subject, async (trial) => {
    await trial.simulator.faults({ rateLimitPerSecond: 0.02, retryAfterSeconds: 60 });
    const [first] = trial.exercises;
    // The first call of the window is let through.
    if (first) await outcomeOf(trial.perform(first));
    return [...(await mustFail(trial, 'a quota', ['quota'])), ...(await mustKeepAway(trial, 'a quota'))];
  });
  return [...maintenance, ...quota];
};

/** Once an end was announced nothing reaches the upstream before it. */
async function mustKeepAway(trial: Parameters<typeof mustWork>[0], under: string): Promise<string[]> {
  const before = await trial.simulator.stats();
  for (const exercise of trial.exercises) await outcomeOf(trial.perform(exercise));
  const { calls } = await trial.simulator.stats();
  return calls === before.calls ? [] : [`it calls on under ${under}, whose end was announced`];
}

export const oneLogIn = (subject: Subject): Promise<readonly string[]> =>
  onTrial(subject, async (trial) => {
    const reads = trial.exercises.filter(({ effect }) => effect === 'read');
    const exercise = reads[0] ?? trial.exercises[0];
    if (!exercise) return ['it has a log-in and nothing that uses it'];
    await Promise.all(Array.from({ length: 8 }, () => outcomeOf(trial.perform(exercise))));
    const findings = trial.logins() === 1 ? [] : [`it logs in ${trial.logins()} times for eight callers`];
    await trial.simulator.faults({ expireTokens: true });
    const before = trial.logins();
    const outcome = await outcomeOf(trial.perform(exercise));
    if (!('answer' in outcome))
      findings.push(`${exercise.name} fails when its token has ended: ${described(Object.values(outcome)[0])}`);
    const renewed = trial.logins() - before;
    if (renewed !== 1) findings.push(`it logs in ${renewed} times, not once, when its token has ended`);
    return findings;
  });

/** Whatever a push holds, it is taken, found unreadable or set aside; it never breaks what reads it. */
export const oddPushes = async ({ connector, settings }: Subject): Promise<readonly string[]> => {
  const { webhook } = connector;
  if (!webhook) return [];
  const { operation = null, body } = webhook.example;
  const changed = [...mutationsOf(body)].map(({ at, value }) => [at, Buffer.from(JSON.stringify(value))] as const);
  const whole = Buffer.from(JSON.stringify(body));
  const odd: readonly (readonly [string, Buffer])[] = [
    ['an empty body', Buffer.alloc(0)],
    ['half a body', whole.subarray(0, whole.length / 2)],
    ['a body that is no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['a list', Buffer.from('[]')],
    ['null', Buffer.from('null')],
    ...changed,
  ];
  return odd.flatMap(([what, bytes]) => {
    try {
      webhook.map({ operation, body: bytes, receivedAt: Date.now(), settings, language: 'vi' });
      return [];
    } catch (error) {
      return [`a push breaks it with ${what}: ${described(error)}`];
    }
  });
};
