/** @module What a simulated system is to the process that runs it: a wire, a memory that can be replayed, and people who act there. */
import type { Bend, Faults, Interruption } from './faults.ts';
import type { Entry } from './journal.ts';
import type { Push, PushResult, PushRule } from './pushes.ts';
import type { Random } from './random.ts';
import type { Seen } from './seen.ts';

/** One request on a system's wire; `path` begins after the system's prefix. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** The body as JSON; undefined when it is none. */
  json(): unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Default `application/json; charset=utf-8`. */
  readonly contentType?: string;
  /** The system refused the call (a fault of the caller, as it sees it); counted. */
  readonly refused?: boolean;
}

/** A JSON answer; 200 unless said. */
export const jsonAnswer = (body: unknown, status = 200, refused = false): Answer => ({
  status,
  body: JSON.stringify(body),
  refused,
});

/** What a person there does: the body of `POST /_act/<system>`. */
export type Act = Readonly<Record<string, unknown>>;

/** What the process gives to a simulator. */
export interface Host {
  /** The true time, in milliseconds. */
  now(): number;
  /** The system's clock as it shows it, with the fault `clockSkewMs`. */
  wireNow(): number;
  /** As `wireNow`, of any instant: what the system writes when it means `at`. */
  onItsClock(at: number): number;
  random: Random;
  /** Applies the entry and keeps it: the only way in which a simulator changes. */
  keep(entry: Entry): void;
  /** Notes an accepted record; to be called from `apply` only. */
  witness(seen: Seen): void;
  push(push: Omit<Push, 'kind' | 'at' | 'id'>): Promise<PushResult>;
  /** The faults in force; a simulator looks only at those that the fault plane cannot play by itself. */
  faults(): Faults;
  log(facts: Readonly<Record<string, unknown>>): void;
}

interface Settings {
  current(): Readonly<Record<string, unknown>>;
  /** What is wrong with new settings; empty when they can be kept. */
  faults(wanted: unknown): string[];
}

/** New settings, checked by `Settings.faults`; what is absent stays as it is. */
export interface SettingsEntry extends Entry {
  readonly kind: 'settings';
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Simulator<E extends Entry = Entry> {
  /** The name under which a call is counted. */
  service(call: Call): string;
  /** Whether a call would change something: only such calls can take effect late. */
  writes(call: Call): boolean;
  /** Does the work of one call. */
  answer(call: Call, bend: Bend): Answer;
  /** What the system says in its own words when it is in maintenance or the caller too fast. */
  refusal?(interruption: Interruption): Answer | null;
  /** Beside the wire: paths whose first letter is `_`. */
  beside?(call: Call): Answer | null;
  /** Changes the state by one entry; must depend on nothing else, since it also replays. */
  apply(entry: E): void;
  /** Throws an `ActRefused` that says what was wrong. */
  act(act: Act): Promise<unknown> | unknown;
  readonly settings?: Settings;
  /** How pushes of this system are sent; absent: it pushes nothing, or nobody listens. */
  readonly pushRule?: PushRule;
  /** Called when faults change. */
  faultsChanged?(): void;
  reset(): void;
}

/** Builds one system's simulator from what the process was configured with. */
export interface System {
  readonly id: string;
  build(host: Host, options: SimulatorsOptions): Simulator;
}

interface Webhook {
  /** May hold `{operation}`, which stands for the name of the call. */
  readonly url: string;
  /** `whsec_…` for systems that sign, the key itself for those that send one. */
  readonly secret?: string;
}

export interface SimulatorsOptions {
  /** 0 chooses a free one. Default 8090. */
  readonly port?: number;
  /** Where what was accepted is kept, under `simulators/`; absent: memory only. */
  readonly dataDir?: string;
  /** Where each system pushes; absent: it acts without telling anyone. */
  readonly webhooks?: Readonly<Record<string, Webhook>>;
  readonly portal?: { readonly username: string; readonly password: string; readonly madonvi: string };
  /** The province's account at each system that asks for a key and a secret, by the system's id. */
  readonly accounts?: Readonly<Record<string, { readonly key: string; readonly secret: string }>>;
}

/** An act that cannot be done, with the HTTP status and the reason. */
export class ActRefused extends Error {
  readonly status: number;

  constructor(status: 400 | 404 | 409, message: string) {
    super(message);
    this.status = status;
  }
}
