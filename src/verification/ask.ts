/** @module Asks the population database whether a person is who a dossier says, by the operation that connectors declare for it. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Audit } from '../audit/record.ts';
import { allowUntil } from '../connector/allowed-until.ts';
import type { Connections } from '../connector/connections.ts';
import { operationContext } from '../connector/operation-context.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import { gatewayErrorOf } from '../connector/upstream-problem.ts';
import { SECOND } from '../units.ts';

/** The operation, by whichever connector offers it. */
const OPERATION = 'verifyCitizen';
const TIMEOUT = 20 * SECOND;

export interface Person {
  readonly personalId: string;
  readonly name: string;
  readonly birthDate: string;
  readonly procedureCode: string;
}

export interface AskDeps {
  readonly connections: Connections;
  readonly audit: Audit;
  readonly now: () => number;
}

/** Who says so, and what. */
export interface Verdict {
  readonly provider: string;
  readonly outcome: 'confirmed' | 'contradicted' | 'not-permitted';
}

const answer = z.object({ outcome: z.string() });

/**
 * The registry's word, or null where the installation has no connection that can give it. The question is in the audit
 * before the answer is used.
 * @throws UpstreamError where it fails
 */
export async function askRegistry(
  { connections, audit, now }: AskDeps,
  person: Person,
  { dossier, officer }: { readonly dossier: string; readonly officer: string },
): Promise<Verdict | null> {
  for (const connection of connections.all) {
    const operation = connection.connector.operations?.find(({ id }) => id === OPERATION);
    if (!operation) continue;
    const at = now();
    const signal = allowUntil(AbortSignal.timeout(TIMEOUT), at + TIMEOUT);
    const act = { id: randomUUID(), isRepeat: false };
    const access = { purpose: 'dossier-processing', dossier, officer };
    const context = operationContext(connection, operation, { signal, act, access, language: 'vi' });
    let status = 200;
    try {
      const { outcome } = answer.parse(await operation.run(context, person));
      return { provider: connection.connector.name, outcome: verdictOf(outcome) };
    } catch (error) {
      connection.failed(error);
      status = error instanceof UpstreamError ? gatewayErrorOf(error).declaration.status : 500;
      throw error;
    } finally {
      await audit.record({
        at,
        clientId: null,
        officer,
        purpose: access.purpose,
        dossier,
        operation: OPERATION,
        target: person.personalId,
        status,
        traceId: act.id,
        details: { kind: 'read', by: 'verification', system: connection.connector.name },
      });
    }
  }
  return null;
}

function verdictOf(outcome: string): Verdict['outcome'] {
  if (outcome === 'confirmed' || outcome === 'not-permitted') return outcome;
  return 'contradicted';
}
