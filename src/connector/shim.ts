/**
 * @module A system's own wire served by the gateway, for a sender that can change nothing but an address: its posts become
 * commands, its answers are the system's. The connector knows the wire, the gateway knows everything else.
 */
import type { Command } from '../dossiers/commands.ts';
import type { DossierFields, Origin } from '../dossiers/shape.ts';
import type { ReportedStatus } from '../dossiers/status.ts';
import type { ConnectorContext } from './define.ts';

export type { Command, EventCommand, RegisterCommand } from '../dossiers/commands.ts';
export {
  dossierCodeFault,
  enterpriseCodeFault,
  parseDossierCode,
  personalIdFault,
  procedureFault,
} from '../dossiers/identifiers.ts';
export type { DossierFields, PostedElsewhere } from '../dossiers/shape.ts';
export type { ReportedStatus } from '../dossiers/status.ts';
export { fromCompactTime } from './compact-time.ts';

/** A client of the gateway that speaks the system's wire. */
export interface ShimSender {
  readonly clientId: string;
  readonly agencies: readonly string[];
  readonly mayRead: boolean;
  readonly mayWrite: boolean;
}

/** What is known here of a dossier that a sender speaks of. */
export interface KnownDossier {
  /** Its identity is known: it was registered, not only spoken of. */
  readonly isRegistered: boolean;
  readonly fields: DossierFields;
  readonly origin: Origin;
  /** Another agency was told to have it. */
  readonly isTransferred: boolean;
  /** What iGate told last of its status, whatever other sources say. */
  readonly told: { readonly status: ReportedStatus; readonly reason: string | null } | null;
  /** The appointment that iGate told last, in epoch milliseconds, and how often it told one. */
  readonly appointment: { readonly at: number; readonly times: number } | null;
}

/** A status that came without a time of its own: it is appended unless the step that it belongs to comes first. */
export interface ExpectedStatus {
  readonly dossierCode: string;
  readonly status: ReportedStatus;
  readonly reason: string | null;
  /** When it became so, where the post says; else the time of receipt stands for it. */
  readonly occurredAt: number;
  readonly text: string | null;
}

/** What became of a command; words are Vietnamese. */
export type ShimResult =
  | { readonly taken: true }
  | { readonly taken: false; readonly why: 'rights' | 'unknown' | 'content'; readonly words: string };

/** What the gateway does for a shim. */
export interface ShimGateway {
  /** A session for a client's name and secret; null where they are not right. */
  logIn(username: string, password: string): Promise<string | null>;
  /** Who a session belongs to, with the rights that it has now; null where it is none or has ended. */
  senderOf(session: string): Promise<ShimSender | null>;
  /** Whether the agency of a code counts for one of the sender's. */
  covers(sender: ShimSender, agencyCode: string): boolean;
  known(codes: readonly string[]): Promise<ReadonlyMap<string, KnownDossier>>;
  /** Whether the gateway itself writes such a dossier there; otherwise the sender's own post is passed on as it is. */
  carries(dossier: { agencyCode: string; procedureCode: string | null; origin: Origin }): boolean;
  /** The code of the agency that goes by this name. */
  agencyNamed(name: string): string | null;
  knowsProcedure(code: string): boolean;
  /** Appends, or says why not; each command has its result, and what was taken is durable. */
  append(commands: readonly Command[]): Promise<readonly ShimResult[]>;
  expect(statuses: readonly ExpectedStatus[]): Promise<void>;
}

/** One call on the wire, below the system's prefix. */
export interface ShimCall {
  readonly path: string;
  readonly body: Buffer;
  /** Epoch milliseconds. */
  readonly now: number;
}

export interface ShimReply {
  readonly status: number;
  readonly body: unknown;
  /** What was asked, for the log and the audit. */
  readonly operation: string;
  readonly clientId: string | null;
  readonly dossiers: readonly string[];
}

export interface ShimDeclaration<Settings> {
  /** The paths that it serves, by POST. */
  readonly paths: readonly string[];
  /**
   * Answers a call in the system's own words.
   * @param upstream the system itself, for what is passed on; null where none is configured
   */
  answer(call: ShimCall, gateway: ShimGateway, upstream: ConnectorContext<Settings> | null): Promise<ShimReply>;
  /** The answer where the gateway itself cannot take anything now. */
  unavailable(words: string): Pick<ShimReply, 'status' | 'body'>;
}
