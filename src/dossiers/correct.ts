/** @module An operator's corrections applied to the workspace: an entry taken back, a dossier superseded by another. */
import type { CommandResult, SupersedeCommand, VoidCommand } from './commands.ts';
import { add, addVoid, refused, settle, touches, type Workspace } from './workspace.ts';

const unregistered = (code: string): CommandResult =>
  refused('dossier-not-found', `${code} is not registered`, `Hồ sơ ${code} chưa được đăng ký`);

/** Takes back a wrong entry by an entry of its own. */
export function applyVoid(work: Workspace, command: VoidCommand): CommandResult {
  const dossier = work.byCode.get(command.code);
  if (!dossier) return unregistered(command.code);
  if (command.agencies && !touches(work, command.agencies, dossier))
    return refused(
      'forbidden-agency',
      `${command.code} belongs to another agency`,
      `Hồ sơ ${command.code} thuộc cơ quan khác`,
    );
  const fact = dossier.facts.find(({ n }) => n === command.seq);
  if (!fact)
    return refused(
      'entry-not-found',
      `${command.code} has no entry ${command.seq}: its timeline tells the seq of each`,
      `Hồ sơ ${command.code} không có diễn biến số ${command.seq}: xem seq của từng diễn biến trong dòng thời gian`,
    );
  if (fact.k === 'void' || fact.k === 'fields' || fact.s === 'gateway')
    return refused(
      'entry-not-voidable',
      `entry ${command.seq} is the gateway’s own: only what a system or a person reported can be taken back`,
      `Diễn biến số ${command.seq} do cổng tự ghi: chỉ hủy được diễn biến do hệ thống hoặc cán bộ báo`,
    );
  const seq = addVoid(
    work,
    dossier,
    command.seq,
    { reason: command.reason, document: command.document, author: command.author },
    'operator',
  );
  if (seq === null)
    return refused(
      'entry-not-voidable',
      `entry ${command.seq} was taken back already`,
      `Diễn biến số ${command.seq} đã được hủy trước đó`,
    );
  settle(work, dossier, seq);
  return { outcome: 'accepted', dossierId: dossier.id, code: dossier.code, seq, created: false };
}

/** Closes one dossier in favour of another, which goes on with its entries. */
export function applySupersede(work: Workspace, command: SupersedeCommand): CommandResult {
  const loser = work.byCode.get(command.code);
  const survivor = work.byCode.get(command.by);
  if (!loser || !survivor) return unregistered(loser ? command.by : command.code);
  if (loser === survivor || loser.supersededBy !== null || survivor.supersededBy !== null)
    return refused(
      'conflict',
      'a dossier cannot supersede itself, and a superseded one neither supersedes nor is superseded again',
      'Hồ sơ không thể thay chính nó; hồ sơ đã bị thay thì không thay hồ sơ khác và không bị thay lần nữa',
    );
  if (command.agencies && !(touches(work, command.agencies, loser) && touches(work, command.agencies, survivor)))
    return refused(
      'forbidden-agency',
      'one of the two belongs to another agency',
      'Một trong hai hồ sơ thuộc cơ quan khác',
    );
  loser.supersededBy = survivor.id;
  for (const fact of loser.facts) {
    if (
      fact.s === 'gateway' ||
      fact.k === 'fields' ||
      fact.k === 'void' ||
      // What stands at a destination under the closed number stays with it.
      fact.k === 'claim' ||
      survivor.facts.some((known) => known.s === fact.s && known.e === fact.e)
    )
      continue;
    const seq = add(work, survivor, {
      kind: fact.k,
      status: fact.st ?? null,
      reason: fact.r ?? null,
      outcome: fact.o ?? null,
      obligations: fact.g ?? null,
      at: fact.t,
      source: fact.s,
      eventId: fact.e,
      digest: fact.d,
      appointment: fact.a !== undefined && fact.b ? { at: fact.a, basis: fact.b } : null,
      ...(fact.p && { payment: fact.p }),
      // Nobody told it, and under the survivor's number it does not stand there: it is owed like the rest.
      seenAt: fact.w === undefined ? null : `${fact.w}:${command.code}`,
      body: { supersedes: command.code },
    });
    const takenBack = loser.facts.find(({ v }) => v === fact.n);
    if (takenBack) addVoid(work, survivor, seq, { supersedes: command.code }, takenBack.s);
  }
  for (const alias of work.aliases) if (alias.dossierId === loser.id) alias.dossierId = survivor.id;
  const seq = add(work, survivor, {
    kind: 'fields',
    at: work.now,
    source: 'operator',
    eventId: `${survivor.code}:supersedes:${loser.code}`,
    body: { supersedes: command.code, reason: command.reason, author: command.author },
  });
  add(work, loser, {
    kind: 'fields',
    at: work.now,
    source: 'operator',
    eventId: `${loser.code}:superseded`,
    body: { supersededBy: command.by, reason: command.reason, author: command.author },
  });
  settle(work, survivor, seq);
  return { outcome: 'accepted', dossierId: survivor.id, code: survivor.code, seq, created: false };
}
