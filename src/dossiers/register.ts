/** @module PUT, POST and PATCH of a dossier applied to the workspace. */
import { isDeepStrictEqual } from 'node:util';
import { slipOf } from './appointment.ts';
import { withStatedChannel } from './channel.ts';
import type { CommandResult, RegisterCommand } from './commands.ts';
import type { DossierFields } from './shape.ts';
import { type DossierState, type Fact, voidedSeqs } from './state.ts';
import type { ReportedStatus } from './status.ts';
import { personOf } from './unverified.ts';
import {
  add,
  addVoid,
  coversCode,
  identityKnown,
  merge,
  open,
  refused,
  settle,
  takeFields,
  touches,
  type Workspace,
} from './workspace.ts';

/** Registers a dossier, merges what changed into it, or says why not. */
export function applyRegister(work: Workspace, command: RegisterCommand): CommandResult {
  const { fields, mode, seenAt = null } = command;
  let dossier = work.byCode.get(command.code) ?? null;
  if (dossier?.supersededBy) return refused('conflict', 'the dossier was superseded by another');
  if (mode === 'create' && dossier && !dossier.incomplete)
    return refused('conflict', 'a dossier with this code is registered already');
  if (mode === 'patch' && !dossier) return refused('dossier-not-found', `${command.code} is not registered`);
  if (command.agencies) {
    const asked = [fields.agencyCode, fields.routing?.receiving].filter((code) => code !== undefined && code !== null);
    if (!asked.every((code) => coversCode(work, command.agencies!, code)))
      return refused('forbidden-agency', 'the agency is not among the client’s');
    if (dossier && !touches(work, command.agencies, dossier))
      return refused('forbidden-agency', `${command.code} belongs to another agency`);
  }

  const wanted = (fields.aliases ?? []).map((alias) =>
    typeof alias === 'string' ? { system: '*', code: alias } : alias,
  );
  const nameless = dossier ? null : namelessHolder(work, wanted);
  for (const alias of wanted) {
    const holder = work.aliases.find(
      (known) => known.code === alias.code && known.system === alias.system && known.dossierId !== dossier?.id,
    );
    if (holder && holder.dossierId !== nameless?.id)
      return refused('alias-taken', `${alias.code} is another dossier's number already`);
  }
  if (nameless) {
    dossier = nameless;
    dossier.code = command.code;
    work.byCode.set(command.code, dossier);
  }
  if (mode === 'adopt' && dossier && !dossier.incomplete)
    return { outcome: 'unchanged', dossierId: dossier.id, code: dossier.code, seq: dossier.headSeq, created: false };
  const created = !dossier;
  dossier ??= open(work, { code: command.code, alias: null }, fields.origin ?? 'igate');

  if (command.adoption) dossier.adoption = command.adoption;

  const before = dossier.fields ?? {};
  const merged = withStatedChannel(merge(before, fields), dossier.facts);
  const wasIncomplete = dossier.incomplete;
  if (merged.unverified?.length && !personOf(merged))
    return refused(
      'not-verifiable',
      'verifying the applicant later takes its twelve-digit personal number, its name and its date of birth',
    );
  if (!created && !wasIncomplete) {
    const fixed = fixedChanges(before, merged);
    if (command.ifMatch === null && (mode === 'patch' || fixed.length > 0))
      return refused(
        'precondition-required',
        fixed.length > 0 ? `${fixed.join(', ')} can only be changed with If-Match` : 'If-Match is required',
      );
    if (mismatch(command, dossier)) return refused('precondition-failed', 'the dossier has changed since it was read');
    if (fixed.length > 0 && command.reason === null)
      return refused('reason-required', `changing ${fixed.join(', ')} takes a reason`);
    if (isDeepStrictEqual(before, merged))
      return { outcome: 'unchanged', dossierId: dossier.id, code: dossier.code, seq: dossier.headSeq, created: false };
  } else if (!created && mismatch(command, dossier)) {
    return refused('precondition-failed', 'the dossier has changed since it was read');
  }

  // A push that came before its own registration had to guess where the dossier came from.
  takeFields(
    work,
    dossier,
    wasIncomplete && (mode === 'put' || mode === 'adopt') ? { ...merged, origin: fields.origin ?? 'igate' } : merged,
  );
  if (merged.unverified?.length) dossier.verification = { askedBy: command.officer ?? command.author };
  else if (before.unverified?.length) dossier.verification = 'ended';
  for (const alias of wanted) {
    if (
      work.aliases.some(
        (known) => known.dossierId === dossier.id && known.system === alias.system && known.code === alias.code,
      )
    )
      continue;
    work.aliases.push({ ...alias, dossierId: dossier.id });
    dossier.newAliases.push(alias);
  }
  dossier.incomplete = !identityKnown(merged);

  const seqs = [...registrationEntries(work, dossier, command, before)];
  const slipBefore = slipOf(before);
  const slip = slipOf(merged);
  if (slip && !isDeepStrictEqual(slip, slipBefore)) {
    seqs.push(
      add(work, dossier, {
        kind: 'appointment',
        at: slip.basis === 'slip' ? (dossier.receivedAt ?? work.now) : work.now,
        source: command.source,
        seenAt,
        eventId: `${dossier.code}:appointment:${slip.basis}:${slip.at}:${dossier.headSeq + 1}`,
        appointment: slip,
        body: { documentRef: merged.appointment?.documentRef ?? null },
      }),
    );
  }
  if (!created) {
    const changed = changedKeys(before, merged);
    if (changed.length > 0 || wasIncomplete)
      seqs.push(
        add(work, dossier, {
          kind: 'fields',
          at: work.now,
          source: command.source,
          seenAt,
          eventId: `${dossier.code}:fields:${dossier.headSeq + 1}`,
          body: { changed, reason: command.reason, author: command.author },
        }),
      );
  }
  settle(work, dossier, seqs.at(-1) ?? dossier.headSeq);
  return {
    outcome: 'accepted',
    dossierId: dossier.id,
    code: dossier.code,
    seq: dossier.headSeq,
    created: created || wasIncomplete,
  };
}

/** Whether the caller read another state of the dossier than it has now. */
const mismatch = ({ ifMatch }: RegisterCommand, dossier: DossierState): boolean =>
  ifMatch !== null && ifMatch !== 'any' && ifMatch !== dossier.headSeq;

/** An incomplete dossier that a ministry opened under one of these numbers and whose code nobody had told yet. */
function namelessHolder(work: Workspace, aliases: readonly { system: string; code: string }[]): DossierState | null {
  for (const alias of aliases) {
    for (const known of work.aliases) {
      if (known.code !== alias.code || (alias.system !== '*' && known.system !== alias.system)) continue;
      const holder = work.byId.get(known.dossierId);
      if (holder && holder.code === null) return holder;
    }
  }
  return null;
}

/** `submitted` and `accepted` as the registration states them; a corrected time is a void and a new entry. */
function* registrationEntries(
  work: Workspace,
  dossier: DossierState,
  { source, seenAt }: Pick<RegisterCommand, 'source' | 'seenAt'>,
  before: DossierFields,
): Generator<number> {
  const stated: [ReportedStatus, string | null, string | null][] = [
    [
      'submitted',
      dossier.fields?.submittedAt ?? dossier.fields?.receivedAt ?? null,
      before.submittedAt ?? before.receivedAt ?? null,
    ],
    ['accepted', dossier.fields?.receivedAt ?? null, before.receivedAt ?? null],
  ];
  for (const [status, at, formerly] of stated) {
    if (
      at === null ||
      at === undefined ||
      (formerly !== null && Date.parse(formerly) === Date.parse(at) && registered(dossier, status))
    )
      continue;
    const former = registered(dossier, status);
    if (former) {
      if (former.t === Date.parse(at)) continue;
      const voided = addVoid(work, dossier, former.n, { reason: 'corrected time' }, source);
      if (voided !== null) yield voided;
    }
    yield add(work, dossier, {
      kind: 'status',
      status,
      at: Date.parse(at),
      source,
      seenAt: seenAt ?? null,
      eventId: `${dossier.code}:${status}:${at}`,
    });
  }
}

function registered(dossier: DossierState, status: ReportedStatus): Fact | undefined {
  const voided = voidedSeqs(dossier.facts);
  return dossier.facts.find(
    (fact) =>
      fact.k === 'status' &&
      fact.st === status &&
      !voided.has(fact.n) &&
      fact.e.startsWith(`${dossier.code}:${status}:`),
  );
}

const changedKeys = (before: DossierFields, after: DossierFields): string[] =>
  Object.keys(after).filter(
    (key) => !isDeepStrictEqual(before[key as keyof DossierFields], after[key as keyof DossierFields]),
  );

/** Fields that fix which law and which clock a dossier is under. */
function fixedChanges(before: DossierFields, after: DossierFields): string[] {
  const changed: string[] = [];
  if (before.procedureCode && before.procedureCode !== after.procedureCode) changed.push('procedureCode');
  if (before.receivedAt && (!after.receivedAt || Date.parse(before.receivedAt) !== Date.parse(after.receivedAt)))
    changed.push('receivedAt');
  if (before.applicant && before.applicant.kind !== after.applicant?.kind) changed.push('applicant.kind');
  return changed;
}
