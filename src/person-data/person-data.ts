/** @module What is kept of one person: handed over whole, or erased where the law allows it. Both stand in the audit with author and reason. */
import type pg from 'pg';
import type { Seal } from '../access/seal.ts';
import { recordDeed } from '../audit/deed.ts';
import { erasePersonKey } from '../audit/persons.ts';
import type { Audit } from '../audit/record.ts';
import { inTransaction } from '../db/transaction.ts';
import { personHash } from '../dossiers/personal.ts';
import { readTimeline } from '../dossiers/read-store.ts';
import type { DossierFields } from '../dossiers/shape.ts';
import { rfc3339 } from '../http/answer.ts';
import { payerOf } from '../payments/ask.ts';
import { DAY } from '../units.ts';
import * as store from './store.ts';

export interface PersonDataDeps {
  readonly pool: pg.Pool;
  readonly seal: Seal;
  readonly audit: Audit;
  /** AUDIT_KEY: by it the audit log finds the person. */
  readonly targetKey: string;
  readonly now: () => number;
  /** How long after its end a dossier must be kept. */
  readonly keptDays: number;
}

export interface Order {
  readonly personalId: string;
  readonly author: string;
  readonly reason: string;
}

/** What stands of the person, as a document to hand over. Times with their offset. */
export async function exportPerson(deps: PersonDataDeps, order: Order): Promise<object> {
  const { pool, seal, now } = deps;
  const dossiers = await store.dossiersOf(pool, personHash(order.personalId, seal));
  const codes = dossiers.flatMap(({ code }) => code ?? []);
  const payments = await store.paymentsOf(pool, codes);
  await note(deps, order, 'exportPersonData', { dossiers: codes });
  return {
    exportedAt: rfc3339(now()),
    dossiers: await Promise.all(
      dossiers.map(async ({ id, code, status, finishedAt, fields }) => ({
        code,
        status,
        finishedAt: rfc3339(finishedAt),
        fields,
        timeline: (await readTimeline(pool, id)).map(({ seq, kind, status: told, occurredAt, source, body }) => ({
          seq,
          kind,
          status: told,
          occurredAt: rfc3339(occurredAt),
          source,
          details: body,
        })),
      })),
    ),
    payments: payments.map(({ payer, createdAt, ...payment }) => ({
      ...payment,
      createdAt: rfc3339(createdAt),
      payer: JSON.parse(seal.open(payer, payerOf(payment.id))) as object,
    })),
  };
}

/** Why a dossier keeps what it says of the person. */
export interface Kept {
  readonly code: string | null;
  readonly why: 'open' | 'archive';
  /** Epoch milliseconds; null while it is open. */
  readonly until: number | null;
}

export type Erasure =
  | { readonly erased: false; readonly kept: readonly Kept[] }
  | {
      readonly erased: true;
      readonly dossiers: readonly string[];
      readonly messages: number;
      readonly payments: number;
    };

/** Erases the person from every dossier; from none while one of them is still needed. */
export async function erasePerson(deps: PersonDataDeps, order: Order): Promise<Erasure> {
  const { pool, seal, targetKey, now } = deps;
  const person = personHash(order.personalId, seal);
  const done = await inTransaction(pool, async (db): Promise<Erasure> => {
    const dossiers = await store.dossiersOf(db, person, true);
    const kept = dossiers.flatMap((dossier) => keptOf(deps, dossier) ?? []);
    if (kept.length > 0) return { erased: false, kept };
    for (const dossier of dossiers) {
      await store.writeErasedFields(db, dossier.id, withoutPerson(dossier.fields, order.personalId), seal);
      await store.eraseEntries(db, dossier.id);
      await store.eraseTraces(db, dossier);
      await store.eraseEvidence(db, dossier);
    }
    await erasePersonKey(db, { ...order, target: order.personalId, targetKey, now: now() });
    const codes = dossiers.flatMap(({ code }) => code ?? []);
    const messages = await store.eraseMessages(db, [order.personalId, ...codes], seal);
    const payments = (await store.paymentsOf(db, codes)).length;
    return { erased: true, dossiers: codes, messages, payments };
  });
  await note(
    deps,
    order,
    'erasePersonData',
    done.erased ? { dossiers: done.dossiers, messages: done.messages } : { refused: done.kept },
  );
  return done;
}

function keptOf({ now, keptDays }: PersonDataDeps, { code, finishedAt }: store.NamedDossier): Kept | null {
  if (finishedAt === null) return { code, why: 'open', until: null };
  const until = finishedAt + keptDays * DAY;
  return until > now() ? { code, why: 'archive', until } : null;
}

const ERASED = 'Đã xóa theo yêu cầu';

/** The dossier's fields without the person, and without free text, in which anybody may be named. */
function withoutPerson(fields: DossierFields, personalId: string): DossierFields {
  const { applicant, submitter, authorisation: _a, summary: _s, results: _r, posted: _p, ...rest } = fields;
  const isApplicant = applicant?.personalId === personalId;
  return {
    ...rest,
    ...(applicant && { applicant: isApplicant ? { kind: applicant.kind, name: ERASED } : applicant }),
    ...(submitter && submitter.personalId !== personalId && { submitter }),
  };
}

function note(
  { audit, now }: PersonDataDeps,
  { personalId, author, reason }: Order,
  operation: string,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  return recordDeed(audit, {
    at: now(),
    clientId: 'lienthong',
    officer: author,
    purpose: 'data-subject-request',
    operation,
    target: personalId,
    details: { kind: operation === 'exportPersonData' ? 'read' : 'write', reason, ...details },
  });
}
