/** @module A connector under test: its calls as one would make them, joined to its simulator, whose faults the kit commands. */
import { randomUUID } from 'node:crypto';
import type { Breaker } from '../breaker.ts';
import type { Connections } from '../connections.ts';
import { contextOf, openConnections } from '../connections.ts';
import type { Client, Connector, ConnectorContext } from '../define.ts';
import type { OperationContext } from '../operation.ts';
import { type Exercise, exercisesOf } from './exercises.ts';

type Settings = Readonly<Record<string, unknown>>;

/** The simulator's control plane. */
export interface Simulator {
  /** Sets its faults; `{}` heals. */
  faults(faults: Readonly<Record<string, unknown>>): Promise<void>;
  /** Records that changed something, and calls, since the last reset. */
  stats(): Promise<{ readonly calls: number; readonly effects: number }>;
  /** Empties it, faults included. */
  reset(): Promise<void>;
}

export interface Subject {
  readonly connector: Connector;
  /** Null where nobody has written one. */
  readonly simulator: Simulator | null;
  readonly settings: Settings;
  /** Its folder, or null for one from outside. */
  readonly folder: string | null;
}

type CallFacts = Partial<Pick<OperationContext<Settings>, 'signal' | 'act'>>;

/** What a rule needs that asks for a simulator. */
export interface Trial {
  readonly exercises: readonly Exercise[];
  readonly simulator: Simulator;
  readonly breaker: Breaker;
  readonly upstream: Client;
  /** Logs in where it does, before anything fails. */
  prepare(): Promise<void>;
  /** How often it logged in. */
  logins(): number;
  /** Does one exercise as a call of the gateway would, and before it what it presupposes. */
  perform(exercise: Exercise, call?: CallFacts): Promise<unknown>;
  /** The two halves of that. */
  before(exercise: Exercise, call: CallFacts): Promise<void>;
  act(exercise: Exercise, call: CallFacts): Promise<unknown>;
  probe(): Promise<void>;
  /** Probes until the breaker is closed again, as the gateway does by itself. */
  recover(): Promise<void>;
}

/** What an attempt may take in a trial: simulators answer at once. */
const ATTEMPT_MS = 700;
const RECOVERY_MS = 10_000;

/**
 * Runs a rule over a fresh connection to a simulator that has forgotten everything.
 *
 * @returns what the rule found
 */
export async function onTrial(
  { connector, simulator, settings }: Subject,
  rule: (trial: Trial) => Promise<readonly string[]>,
  attemptMs = ATTEMPT_MS,
): Promise<readonly string[]> {
  if (simulator === null) return ['it has no simulator to prove it against'];
  await simulator.reset();
  const connections = openConnections({
    connectors: [connector],
    settingsOf: () => settings,
    now: Date.now,
    observed: () => {},
    timeoutMsOf: () => attemptMs,
    breakerResetMs: 100,
  });
  try {
    return await rule(trialOf(connector, settings, simulator, connections, attemptMs));
  } finally {
    await simulator.faults({});
    await connections.close();
  }
}

function trialOf(
  connector: Connector,
  settings: Settings,
  simulator: Simulator,
  connections: Connections,
  attemptMs: number,
): Trial {
  const { upstream, probe } = connections.get(connector.name)!;
  let logins = 0;
  const counting = quick(upstream, attemptMs, () => logins++);
  const { credentials, tokens } = contextOf(connector, { settings, upstream: counting, now: Date.now });
  const context = { settings, upstream: quick(upstream, attemptMs), now: Date.now, credentials, tokens };
  const ask = probe ?? (async () => {});
  return {
    exercises: exercisesOf(connector, callContext(context)),
    simulator,
    breaker: upstream.breaker,
    upstream: context.upstream,
    prepare: async () => {
      if (connector.credentials) await credentials.token();
    },
    logins: () => logins,
    async perform(exercise, call = {}) {
      const made = callContext(context, call);
      await exercise.before?.(made);
      return exercise.perform(made);
    },
    before: async (exercise, call) => exercise.before?.(callContext(context, call)),
    act: (exercise, call) => exercise.perform(callContext(context, call)),
    probe: ask,
    async recover() {
      const deadline = Date.now() + RECOVERY_MS;
      while (upstream.breaker.state !== 'closed' && Date.now() < deadline) {
        if (upstream.breaker.state === 'half-open') await ask().catch(() => {});
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

/** The client with short attempts, whatever the connector asks for. */
function quick(upstream: Client, timeoutMs: number, told: () => void = () => {}): Client {
  const shortened = { timeoutMs };
  return {
    name: upstream.name,
    json: (call) => {
      told();
      return upstream.json({ ...call, ...shortened });
    },
    text: (call) => {
      told();
      return upstream.text({ ...call, ...shortened });
    },
  };
}

/** A call of the gateway as the examples make it. */
export function callContext(
  context: ConnectorContext<Settings>,
  { signal = new AbortController().signal, act = { id: randomUUID(), isRepeat: false } }: CallFacts = {},
): OperationContext<Settings> {
  const { upstream } = context;
  return {
    ...context,
    upstream: {
      name: upstream.name,
      json: (call) => upstream.json({ signal, ...call }),
      text: (call) => upstream.text({ signal, ...call }),
    },
    signal,
    act,
    access: { purpose: 'dossier-processing', dossier: 'H15.50-260310-0001', officer: 'cb-204' },
    language: 'vi',
  };
}
