/** @module One simulated system as it runs: its simulator, its journal, its faults, its witness and its pushes, replayed at the start. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type FaultName, FaultPlane, type Faults } from './faults.ts';
import { type Entry, fileJournal, type Journal, memoryJournal } from './journal.ts';
import { type Push, Pushes, type PushTaken } from './pushes.ts';
import { Tally, Witness } from './seen.ts';
import type { Host, Simulator, SimulatorsOptions, System } from './simulator.ts';

/** Entries that are the same for every system; all others belong to the simulator. */
type OwnEntry =
  | { readonly kind: 'faults'; readonly at: number; readonly faults: Faults }
  | {
      readonly kind: 'call';
      readonly at: number;
      readonly service: string;
      readonly refused: boolean;
      readonly fired: readonly FaultName[];
    }
  | { readonly kind: 'fired'; readonly at: number; readonly name: FaultName }
  | Push
  | PushTaken;

const OWN_KINDS: ReadonlySet<string> = new Set<OwnEntry['kind']>(['faults', 'call', 'fired', 'push', 'push-taken']);
const isOwn = (entry: Entry): entry is OwnEntry => OWN_KINDS.has(entry.kind);

export interface RunningSystem {
  readonly id: string;
  readonly simulator: Simulator;
  readonly plane: FaultPlane;
  readonly witness: Witness;
  readonly tally: Tally;
  setFaults(faults: Faults): void;
  /** Counts one call of the wire. */
  count(service: string, refused: boolean, fired: readonly FaultName[]): void;
  keep(entry: Entry): void;
  /** Resolves when everything kept so far is in the file. */
  written(): Promise<void>;
  /** Does `work` after `ms`, unless the system is reset or closed before. */
  later(ms: number, work: () => void): void;
  reset(): void;
  close(): void;
}

/** Builds a system and brings it to where its journal says it was. */
export function runSystem(system: System, options: SimulatorsOptions, log: Host['log']): RunningSystem {
  const plane = new FaultPlane();
  const witness = new Witness();
  const tally = new Tally();
  let journal: Journal = memoryJournal();
  const timers = new Set<NodeJS.Timeout>();

  const host: Host = {
    now: () => Date.now(),
    wireNow: () => plane.skewed(Date.now()),
    onItsClock: (at) => plane.skewed(at),
    random: () => plane.random(),
    keep,
    witness: (seen) => witness.add(seen),
    push: (push) => pushes.send({ ...push, kind: 'push', at: Date.now(), id: `msg_${randomUUID()}` }),
    faults: () => plane.faults,
    log: (facts) => log({ system: system.id, ...facts }),
  };
  const simulator = system.build(host, options);
  const pushes = new Pushes(simulator.pushRule, {
    plane,
    now: host.now,
    keep: (entry) => journal.append(entry),
    fired: (name) => keepOwn({ kind: 'fired', at: Date.now(), name }),
  });

  function applyOwn(entry: OwnEntry): void {
    switch (entry.kind) {
      case 'faults':
        plane.set(entry.faults);
        simulator.faultsChanged?.();
        break;
      case 'call':
        tally.count(entry.service, entry.refused, entry.fired);
        break;
      case 'fired':
        tally.fire(entry.name);
        break;
      case 'push':
      case 'push-taken':
        pushes.replay(entry);
    }
  }

  function keep(entry: Entry): void {
    simulator.apply(entry);
    journal.append(entry);
  }

  function keepOwn(entry: OwnEntry): void {
    applyOwn(entry);
    journal.append(entry);
  }

  if (options.dataDir !== undefined) {
    const path = join(options.dataDir, 'simulators', `${system.id}.ndjson`);
    journal = fileJournal(path, (entry) => (isOwn(entry) ? applyOwn(entry) : simulator.apply(entry)));
  }
  pushes.resume();

  return {
    id: system.id,
    simulator,
    plane,
    witness,
    tally,
    setFaults: (faults) => keepOwn({ kind: 'faults', at: Date.now(), faults }),
    count: (service, refused, fired) => keepOwn({ kind: 'call', at: Date.now(), service, refused, fired }),
    keep,
    written: () => journal.written(),
    later(ms, work) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        work();
      }, ms);
      timers.add(timer);
    },
    reset() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      pushes.reset();
      plane.set({});
      witness.reset();
      tally.reset();
      simulator.reset();
      journal.truncate();
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      pushes.close();
      journal.close();
    },
  };
}
