/** @module An operation of the API carried out by a command: the same checks, the same answer and the same entry of the audit, for every agency, in the name of its author. */
import { randomBytes, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { recordDeed } from '../audit/deed.ts';
import { GatewayError, type Violation } from '../errors.ts';
import { type AuditFacts, type Call, jsonOf, type Route } from '../http/route.ts';
import { queryOf, violationsIn } from '../http/violations.ts';
import { SECOND } from '../units.ts';
import type { Place } from './place.ts';

/** What an operation is asked, as a caller would put it into path, query and body; what is undefined is not said. */
export interface Given {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  /** JSON, or the content of a file. */
  readonly body?: Readonly<Record<string, unknown>> | Buffer | Readable;
}

/** An answer as the operation declares it: JSON, or the content of a file. */
export type Done =
  | { readonly json: unknown /** Where a list goes on; null at its end. */; readonly next: string | null }
  | { readonly content: Buffer | string | NodeJS.ReadableStream; readonly fileName: string };

/** What an operator's command needs of its place beside the operation itself. */
export type Standing = Pick<Place, 'audit' | 'catalogue' | 'log' | 'now'>;

const USUAL_SECONDS = 30;

/**
 * Asks the operation of that id.
 *
 * @param author who does it, for the audit
 * @throws GatewayError as the API would refuse it
 */
export async function carryOut(
  routes: readonly Route[],
  id: string,
  given: Given,
  author: string,
  standing: Standing,
): Promise<Done> {
  const route = routes.find((one) => one.id === id);
  if (route === undefined) throw new Error(`there is no operation ${id}`);
  const headers = new Map<string, string>();
  let facts: AuditFacts = {};
  const call = callOf(route, given, author, standing, {
    header: (name, value) => void headers.set(name, value),
    audited: (more) => {
      facts = { ...facts, ...more, details: { ...facts.details, ...more.details } };
    },
  });
  const answer = await route.handler(call);
  if (route.audit !== undefined) {
    const { dossier = call.access.dossier, target = null } = facts;
    const details = { kind: route.audit, ...facts.details };
    const { purpose } = call.access;
    await recordDeed(standing.audit, {
      at: call.now,
      clientId: author,
      purpose,
      dossier,
      operation: id,
      target,
      details,
    });
  }
  const fileName = /filename="([^"]+)"/.exec(headers.get('content-disposition') ?? '')?.[1];
  const json = Object.values(route.response)
    .map(jsonOf)
    .find((schema) => schema !== undefined);
  if (json === undefined || fileName !== undefined)
    return { content: answer as Buffer, fileName: fileName ?? `${id}.txt` };
  const next = new URLSearchParams(/^<[^?>]*\?([^>]*)>/.exec(headers.get('link') ?? '')?.[1]).get('cursor');
  return { json: json.parse(answer), next };
}

function callOf(
  route: Route,
  given: Given,
  author: string,
  { catalogue, log, now }: Standing,
  noted: Pick<Call, 'header' | 'audited'>,
): Call {
  const { params, query, body } = parsed(route, given);
  const at = now();
  const traceId = randomBytes(16).toString('hex');
  return {
    params,
    query,
    body,
    headers: {},
    // Whoever reaches the database may decide for every agency that is known.
    caller: {
      clientId: author,
      scopes: new Set([route.scope]),
      agencies: catalogue().data.agencies.map(({ code }) => code),
      roles: [],
      officer: null,
      issuer: 'lienthong',
      issuedAt: at,
      expiresAt: at,
    },
    access: { purpose: 'dossier-processing', dossier: dossierIn(route, given), officer: null },
    traceId,
    traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`,
    requestId: traceId,
    now: at,
    log,
    signal: AbortSignal.timeout((route.timeoutSeconds ?? USUAL_SECONDS) * SECOND),
    act: { id: randomUUID(), isRepeat: false },
    url: route.path,
    remoteAddress: '',
    rawHeaders: {},
    status() {},
    ...noted,
  };
}

/** The dossier whose code the path names. */
const dossierIn = ({ path }: Route, { params }: Given): string | null =>
  path.startsWith('/v1/dossiers/:code') ? String(params!.code) : null;

/** @throws GatewayError with every fault of what is given */
function parsed(route: Route, { params = {}, query = {}, body }: Given): Pick<Call, 'params' | 'query' | 'body'> {
  const violations: Violation[] = [];
  const part = (schema: z.ZodType | undefined, value: unknown, root: string): unknown => {
    if (schema === undefined) return value;
    const found = violationsIn(schema, value, root, 'vi');
    violations.push(...found);
    return found.length > 0 ? value : schema.parse(value);
  };
  const call = {
    params: part(route.params, said(params), 'path'),
    query: part(queryOf(route), said(query), 'query'),
    body:
      body === undefined || Buffer.isBuffer(body) || body instanceof Readable
        ? body
        : part(route.body, said(body), '$'),
  };
  if (violations.length > 0) throw new GatewayError('validation', { violations });
  return call;
}

const said = (given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
