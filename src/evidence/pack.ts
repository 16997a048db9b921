/** @module Makes evidence packs, keeps them as they were made, and gives them out again: what says the same is the same pack. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import type { Queryable } from '../db/queryable.ts';
import { inTransaction } from '../db/transaction.ts';
import { type DossierRecord, findDossier } from '../dossiers/read-store.ts';
import { fail } from '../errors.ts';
import { rfc3339 } from '../http/answer.ts';
import { MEDIA } from '../incidents/media.ts';
import {
  attachmentName,
  attachmentsOf,
  findAttachment,
  type Message,
  messagesOf,
  wordsName,
} from '../incidents/message-store.ts';
import type { AddressBook } from '../incidents/parties.ts';
import type { Incident } from '../incidents/store.ts';
import type { Print } from '../papers/press.ts';
import type { Difference } from '../reconciliation/difference-store.ts';
import { KINDS } from '../reconciliation/kinds.ts';
import { collectDossier, type EvidenceSource } from './collect.ts';
import { packFiles } from './files.ts';
import { maskKnown, personalTexts } from './mask.ts';
import { digestOf, type Matter, type StatedDossier, type StatedImage } from './matter.ts';
import * as store from './pack-store.ts';
import { papersOf } from './papers.ts';
import type { Signer } from './signing.ts';

export interface PackDeps {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly addressBook: AddressBook;
  /** What can be asked; a destination whose address is not configured is none. */
  readonly sources: () => readonly EvidenceSource[];
  /** What the destinations are called, in Vietnamese. */
  readonly nameOf: (destination: string) => string;
  readonly signer: Signer;
  readonly print: Print;
  readonly publicUrl: string;
}

export interface PackOrder {
  readonly differences: readonly Difference[];
  /** Null for a pack about one difference by itself. */
  readonly incident: Incident | null;
  readonly by: string;
  readonly now: number;
  /** Made anew though nothing has changed. */
  readonly isAnew: boolean;
  readonly signal: AbortSignal;
}

const PIECE = 512 * 1024;

/** What a piece of a pack is sealed under. */
export const pieceName = (packId: number | string, n: number | string): string => `evidence pack ${packId}/${n}`;

/** The pack of what is known now: one that says the same and was made before is given again. */
export async function packOf(deps: PackDeps, order: PackOrder): Promise<store.Pack> {
  const { pool, seal } = deps;
  const { differences, incident, by, now, isAnew, signal } = order;
  const matter = await matterOf(deps, order);
  const matterSha256 = digestOf(matter);
  const subject: store.Subject = incident
    ? { differenceId: null, incidentId: incident.id }
    : { differenceId: differences[0]!.id, incidentId: null };
  const standing = async (db: Queryable): Promise<store.Pack | null> => {
    const newest = isAnew ? null : await store.newestPack(db, subject);
    return newest?.matterSha256 === matterSha256 ? newest : null;
  };
  const made = await standing(pool);
  if (made !== null) return made;
  const read = async ({ name }: StatedImage): Promise<Buffer> => {
    const found = await findAttachment(pool, incident!.id, Number(/anh\/(\d+)\./.exec(name)![1]));
    return seal.openBytes(found!.content, attachmentName(incident!.number));
  };
  // They take seconds: no connection and no lock is held meanwhile.
  const papers = await papersOf({ matter, madeAt: now, read, print: deps.print, signal });
  return inTransaction(pool, async (client) => {
    await store.lockSubject(client, subject);
    const madeMeanwhile = await standing(client);
    if (madeMeanwhile !== null) return madeMeanwhile;
    const id = await store.insertPack(client, {
      ...subject,
      matterSha256,
      addressees: matter.parties.map(({ name }) => name),
      agencies: [...new Set(differences.flatMap(({ agencies }) => agencies))],
      madeAt: now,
      madeBy: by,
    });
    const { signer, publicUrl } = deps;
    const files = packFiles({ matter, papers, madeAt: now, signer, publicUrl, read });
    const sum = createHash('sha256');
    let bytes = 0;
    let n = 0;
    const keep = async (content: Buffer): Promise<void> => {
      await store.insertPiece(client, id, n, seal.close(content, pieceName(id, n)));
      n++;
    };
    let waiting: Buffer[] = [];
    let length = 0;
    for await (const chunk of files) {
      const part = chunk as Buffer;
      sum.update(part);
      bytes += part.length;
      waiting.push(part);
      length += part.length;
      if (length < PIECE) continue;
      await keep(Buffer.concat(waiting));
      waiting = [];
      length = 0;
    }
    if (length > 0) await keep(Buffer.concat(waiting));
    await store.finishPack(client, id, sum.digest('hex'), bytes);
    return (await store.newestPack(client, subject))!;
  });
}

/** The file as it was made, a piece at a time. */
export async function* fileOf({ pool, seal }: Pick<PackDeps, 'pool' | 'seal'>, id: number): AsyncGenerator<Buffer> {
  for (let n = 0; ; n++) {
    const piece = await store.readPiece(pool, id, n);
    if (piece === null) return;
    yield seal.openBytes(piece, pieceName(id, n));
  }
}

async function matterOf(deps: PackDeps, { differences, incident, now }: PackOrder): Promise<Matter> {
  const { pool, seal, addressBook } = deps;
  const { destination } = differences[0]!;
  const source = deps.sources().find(({ name }) => name === destination);
  if (source === undefined)
    fail('conflict', {
      detail: `${destination} is not connected here: what it shows cannot be told.`,
      detailVi: `Hệ thống ${destination} chưa được kết nối: không lấy được những gì bên đó hiển thị.`,
    });
  const byCode = [...Map.groupBy(differences, ({ dossierCode }) => dossierCode)].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const records = new Map<string, DossierRecord | null>();
  for (const [code] of byCode) records.set(code, await findDossier(pool, code));
  const personal = personalTexts([...records.values()].flatMap((record) => (record === null ? [] : [record.fields])));
  const dossiers: StatedDossier[] = [];
  for (const [code, ofDossier] of byCode) {
    const collecting = { db: pool, seal, nameOf: deps.nameOf };
    const record = records.get(code) ?? null;
    dossiers.push(await collectDossier(collecting, source, code, record, ofDossier, personal, now));
  }
  const parties =
    incident?.parties ?? addressBook.parties.map((one) => ({ ...one, sentAt: null, dueAt: null, answeredAt: null }));
  const messages = incident ? await messagesOf(pool, incident.id) : [];
  const said = (message: Message): string => maskKnown(seal.open(message.words, wordsName(incident!.number)), personal);
  return {
    number: incident?.number ?? `SL-${differences[0]!.id}`,
    title: incident?.title ?? KINDS[differences[0]!.kind].title.vi,
    destination,
    destinationName: deps.nameOf(destination),
    sender: addressBook.sender,
    parties: parties.map(({ party, name, contact, answerWorkingDays, ...clock }) => ({
      party,
      name,
      contact,
      answerWorkingDays,
      sentAt: rfc3339(clock.sentAt),
      dueAt: rfc3339(clock.dueAt),
      answeredAt: rfc3339(clock.answeredAt),
    })),
    steps: messages
      .filter(({ kind }) => kind === 'step')
      .map((one) => ({ at: rfc3339(one.at), words: said(one), by: one.notedBy })),
    messages: messages
      .filter(({ kind }) => kind !== 'step')
      .map((one) => ({
        at: rfc3339(one.at),
        kind: one.kind,
        party: one.party!,
        channel: one.channel,
        reference: one.reference,
        words: said(one),
      })),
    images: (incident ? await attachmentsOf(pool, incident.id) : []).map((one) => ({
      name: `anh/${one.id}.${MEDIA[one.mediaType]}`,
      fileName: one.fileName,
      mediaType: one.mediaType,
      sha256: one.sha256,
      takenAt: rfc3339(one.takenAt),
      addedAt: rfc3339(one.addedAt),
      addedBy: one.addedBy,
    })),
    dossiers,
  };
}
