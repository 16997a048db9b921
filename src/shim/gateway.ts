/** @module What the gateway does for a shim: log-ins, rights, what is known, and the way into the timeline. */
import type { Seal } from '../access/seal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { KnownDossier, ShimGateway, ShimResult, ShimSender } from '../connector/shim.ts';
import type { Queryable } from '../db/queryable.ts';
import type { AppendRequest } from '../dossiers/append.ts';
import type { CommandResult, EventCommand } from '../dossiers/commands.ts';
import { orRefuse } from '../dossiers/refusal.ts';
import { type Fact, voidedSeqs } from '../dossiers/state.ts';
import { type ErrorCode, GatewayError } from '../errors.ts';
import type { FindClient } from '../http/issuer.ts';
import type { Treat } from '../sync/policy.ts';
import { isSecretOf, type Sessions } from './session.ts';
import { expectStatuses, forgetStatuses, type KnownRow, readKnown } from './store.ts';

export interface ShimNeeds {
  readonly db: Queryable;
  readonly seal: Seal;
  readonly append: (request: AppendRequest) => Promise<CommandResult[]>;
  readonly catalogue: () => Catalogue;
  readonly treat: Treat;
  readonly findClient: FindClient;
  readonly sessions: Sessions;
  /** How long a status waits for the step that says when it began. */
  readonly waitMs: number;
}

/** One call's gateway. */
export interface ShimWork {
  /** The system whose wire is spoken, which is a destination too. */
  readonly system: string;
  readonly now: number;
  /** The message as it came, kept with what it was made into. */
  readonly raw: AppendRequest['raw'];
}

/** A sender speaks for iGate: its registrations and events are iGate's own. */
const SOURCE = 'igate';
const WRITES = ['dossiers.write', 'events.write'];
const READS = ['dossiers.read'];

export function shimGateway(needs: ShimNeeds, { system, now, raw }: ShimWork): ShimGateway {
  const { db, catalogue, sessions } = needs;
  const agencies = () => catalogue().agencies.asOf(now);
  let sender: ShimSender | null = null;
  return {
    async logIn(username, password) {
      const client = await needs.findClient(username);
      return isSecretOf(client, password) ? sessions.open(username, now) : null;
    },
    async senderOf(session) {
      const clientId = sessions.clientOf(session, now);
      const client = clientId === null ? undefined : await needs.findClient(clientId);
      if (!client) return null;
      const may = (scopes: readonly string[]): boolean => scopes.every((scope) => client.scopes.includes(scope));
      sender = { clientId: client.clientId, agencies: client.agencies, mayRead: may(READS), mayWrite: may(WRITES) };
      return sender;
    },
    covers: ({ agencies: own }, code) => agencies().covers(own, agencies().standsFor(code)),
    async known(codes) {
      return new Map((await readKnown(db, codes)).map((row) => [row.code, knownOf(row)]));
    },
    carries: (dossier) => needs.treat(system, dossier, now).mode === 'send',
    agencyNamed(name) {
      const found = catalogue().agencies.agencies.filter((agency) => agency.name === name && agencies().exists(agency));
      return found.length === 1 ? agencies().codeOf(found[0]!) : null;
    },
    knowsProcedure: (code) => catalogue().procedureAt(code, now) !== null,
    async append(commands) {
      const results = await needs.append({ commands, raw });
      const steps = commands.flatMap((command, i) =>
        command.type === 'event' && command.kind === 'status' && resultOf(results[i]!).taken ? [stepOf(command)] : [],
      );
      if (steps.length > 0) await forgetStatuses(db, steps);
      return results.map(resultOf);
    },
    async expect(statuses) {
      if (statuses.length === 0) return;
      const { clientId } = sender!;
      await expectStatuses(
        db,
        statuses.map((status) => ({ ...status, clientId })),
        now + needs.waitMs,
        needs.seal,
      );
    },
  };
}

const stepOf = ({ ref, status, reason }: EventCommand) => ({ dossierCode: ref.code!, status: status!, reason });

function knownOf({ incomplete, origin, fields, facts }: KnownRow): KnownDossier {
  const voided = voidedSeqs(facts);
  const own = facts.filter(({ s, n, w }) => s === SOURCE && w === undefined && !voided.has(n));
  const statuses = own.filter(({ k }) => k === 'status').sort((a, b) => a.t - b.t || a.n - b.n);
  const appointments = own.filter((fact): fact is Fact & { a: number } => fact.k === 'appointment' && 'a' in fact);
  const status = statuses.at(-1);
  return {
    isRegistered: !incomplete,
    origin,
    fields,
    isTransferred: facts.some(({ k }) => k === 'transfer'),
    told: status?.st ? { status: status.st, reason: status.r ?? null } : null,
    appointment: appointments.length > 0 ? { at: appointments.at(-1)!.a, times: appointments.length } : null,
  };
}

const RIGHTS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['forbidden-agency', 'forbidden-scope']);

function resultOf(result: CommandResult): ShimResult {
  try {
    orRefuse(result);
    return { taken: true };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { code, declaration, facts } = error;
    const why = RIGHTS.has(code) ? 'rights' : code === 'dossier-not-found' ? 'unknown' : 'content';
    return { taken: false, why, words: `${declaration.title.vi} (${facts.detail ?? code})` };
  }
}
