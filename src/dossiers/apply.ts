/** @module One command applied to the locked dossiers in memory: what it appends, and what it is answered. */
import { hash } from 'node:crypto';
import { MINUTE } from '../units.ts';
import { withStatedChannel } from './channel.ts';
import type {
  Command,
  CommandResult,
  DossierRef,
  EventCommand,
  QuarantineReason,
  RecomputeCommand,
} from './commands.ts';
import { applySupersede, applyVoid } from './correct.ts';
import { applyRegister } from './register.ts';
import type { DossierFields } from './shape.ts';
import type { DossierState, EntryBody } from './state.ts';
import { mustWait } from './unverified.ts';
import {
  add,
  identityKnown,
  joinAgencies,
  merge,
  named,
  open,
  refused,
  resolve,
  settle,
  takeFields,
  touches,
  type Workspace,
} from './workspace.ts';

/** How far ahead of the receipt a source's clock may be before its time is not believed (F5). */
const AHEAD = 5 * MINUTE;

/** Applies one command; the workspace's states collect what is to be written. */
export function apply(work: Workspace, command: Command): CommandResult {
  switch (command.type) {
    case 'event':
      return applyEvent(work, command);
    case 'register':
      return applyRegister(work, command);
    case 'void':
      return applyVoid(work, command);
    case 'supersede':
      return applySupersede(work, command);
    case 'recompute':
      return applyRecompute(work, command);
  }
}

function applyEvent(work: Workspace, command: EventCommand): CommandResult {
  const fault = (reason: QuarantineReason, detail: string): CommandResult =>
    command.onFault === 'quarantine' ? quarantined(reason, detail) : refused(reason, detail);

  const found = resolve(work, command.ref);
  if (found === 'ambiguous')
    return fault('alias-ambiguous', `${command.ref.alias?.code} belongs to more than one dossier`);
  let dossier = found;
  if (!dossier) {
    if (command.opens === null)
      return command.onFault === 'quarantine'
        ? quarantined('unknown-dossier', `${named(command.ref)} is not known here`)
        : refused('dossier-not-found', `${named(command.ref)} is not registered`);
    if (command.known?.submittedAt && command.occurredAt < Date.parse(command.known.submittedAt))
      return fault('implausible-time', 'occurredAt is before the dossier was submitted');
    if (command.occurredAt > work.now + AHEAD)
      return fault('implausible-time', 'occurredAt is more than 5 minutes after its receipt');
    dossier = open(work, command.ref, command.opens);
  }
  if (command.agencies && !touches(work, command.agencies, dossier))
    return refused('forbidden-agency', `${named(command.ref)} belongs to another agency`);

  if (command.adoption) dossier.adoption = command.adoption;
  learnAlias(work, dossier, command.ref);
  const digest = digestOf(command);
  const eventId = command.eventId ?? derivedId(command, dossier);
  const same = dossier.facts.find((fact) => fact.s === command.source && isSameEvent(fact.e, eventId));
  if (same) {
    if (same.d === digest) return { outcome: 'duplicate', dossierId: dossier.id, seq: same.n };
    return fault('event-id-reused', `event ${eventId} of ${command.source} came before with other content`);
  }
  // A claim's time is kept as it stands at the destination: nobody counts by it.
  const isClaim = command.kind === 'claim';
  if (!isClaim && command.occurredAt > work.now + AHEAD)
    return fault('implausible-time', 'occurredAt is more than 5 minutes after its receipt');
  if (!isClaim && dossier.submittedAt !== null && command.occurredAt < dossier.submittedAt)
    return fault('implausible-time', 'occurredAt is before the dossier was submitted');
  if (mustWait(command.status, dossier.unverified))
    return fault('unverified-field', `${command.status} must wait until ${dossier.unverified!.join(', ')} is verified`);

  const seq = add(work, dossier, {
    kind: command.kind,
    status: command.status,
    reason: command.reason,
    outcome: command.outcome,
    obligations: command.obligations ?? null,
    at: command.occurredAt,
    source: command.source,
    eventId,
    digest,
    appointment: command.appointment,
    ...(command.payment && { payment: command.payment }),
    seenAt: command.seenAt ?? null,
    ...(command.channel && { channel: command.channel }),
    body: command.body,
  });
  if (command.kind === 'transfer') transfer(work, dossier, command.body);
  if (command.known && dossier.incomplete) learn(work, dossier, command.known);
  else if (command.known?.receivedAt) learnReceipt(work, dossier, command.known.receivedAt);
  if (command.channel && dossier.fields && command.channel !== dossier.fields.channel)
    takeFields(work, dossier, withStatedChannel(dossier.fields, dossier.facts));
  if (!isClaim) settle(work, dossier, seq);
  return {
    outcome: dossier.incomplete ? 'held' : 'accepted',
    dossierId: dossier.id,
    code: dossier.code,
    seq,
    created: dossier.isNew,
  };
}

const quarantined = (reason: QuarantineReason, detail: string): CommandResult => ({
  outcome: 'quarantined',
  reason,
  detail,
});

/** Counts an open dossier again; what ended meanwhile keeps the appointment it was judged by. */
function applyRecompute(work: Workspace, { code, cause }: RecomputeCommand): CommandResult {
  const dossier = work.byCode.get(code);
  if (!dossier) return refused('dossier-not-found', `${code} is not registered`);
  const before = dossier.headSeq;
  if (dossier.finishedAt === null && dossier.supersededBy === null) settle(work, dossier, before + 1, cause);
  return {
    outcome: dossier.headSeq > before ? 'accepted' : 'unchanged',
    dossierId: dossier.id,
    code: dossier.code,
    seq: dossier.headSeq,
    created: false,
  };
}

/** A sender that names a dossier by two numbers says that they are the same dossier's. */
function learnAlias(work: Workspace, dossier: DossierState, { alias }: DossierRef): void {
  if (
    !alias ||
    alias.code === dossier.code ||
    work.aliases.some(({ system, code }) => system === alias.system && code === alias.code)
  )
    return;
  work.aliases.push({ ...alias, dossierId: dossier.id });
  dossier.newAliases.push(alias);
}

function digestOf(command: EventCommand): string {
  const { kind, status, reason, outcome, occurredAt, appointment, payment, channel, body, bodyDigest } = command;
  return hash(
    'sha1',
    JSON.stringify([
      ...[kind, status, reason, outcome, bodyDigest ?? occurredAt, appointment?.at ?? null, body],
      ...(payment ? [payment.reference, payment.via] : []),
      ...(channel ? [channel] : []),
    ]),
    'base64url',
  ).slice(0, 12);
}

/** Derived ids begin with `#` and the dossier, which a survivor's entries had under another number. */
const isSameEvent = (known: string, id: string): boolean =>
  known === id ||
  (id.startsWith('#') && known.startsWith('#') && known.slice(known.indexOf(':')) === id.slice(id.indexOf(':')));

const derivedId = (command: EventCommand, dossier: DossierState): string =>
  `#${dossier.id}:${command.operation}:${command.status ?? command.kind}:${command.reason ?? ''}:${command.bodyDigest ?? command.occurredAt}`;

/** What a push tells of an incomplete dossier; the counter's own registration may still correct it. */
function learn(work: Workspace, dossier: DossierState, known: DossierFields): void {
  const merged = merge(known, dossier.fields ?? {});
  takeFields(work, dossier, { ...merged, origin: dossier.origin });
  // Without its code it cannot be told to anybody.
  dossier.incomplete = dossier.code === null || !identityKnown(merged);
}

/** A dossier that nobody registered here is received when the system that opened it says so: from then on it has a clock. */
function learnReceipt(work: Workspace, dossier: DossierState, receivedAt: string): void {
  if (dossier.receivedAt === null && dossier.origin !== 'igate' && dossier.fields)
    takeFields(work, dossier, { ...dossier.fields, receivedAt });
}

function transfer(work: Workspace, dossier: DossierState, body: EntryBody | null): void {
  const to = body?.toAgency;
  if (typeof to !== 'string') return;
  joinAgencies(work, dossier, [to]);
  const from = dossier.fields?.agencyCode ?? dossier.agencies[0] ?? to;
  const routing = dossier.fields?.routing ?? { receiving: from, resolving: from };
  dossier.fields = { ...dossier.fields, routing: { ...routing, resolving: to } };
  dossier.fieldsChanged = true;
}
