/** @module Gathers what is known of dossiers that differ: what each side shows as fetched, what was tried, what was said. */
import type { Seal } from '../access/seal.ts';
import type { PortalClient, PortalView } from '../capabilities/portal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { UpstreamError } from '../connector/upstream-error.ts';
import type { Queryable } from '../db/queryable.ts';
import { type DossierRecord, readTimeline, type TimelineRow } from '../dossiers/read-store.ts';
import { rfc3339 } from '../http/answer.ts';
import { toDifferenceAnswer } from '../reconciliation/answers.ts';
import type { Rules } from '../reconciliation/compare.ts';
import type { Difference } from '../reconciliation/difference-store.ts';
import { oursByCode } from '../reconciliation/ours-store.ts';
import { sideWords } from '../reconciliation/words.ts';
import { plan } from '../sync/plan.ts';
import type { Profile } from '../sync/profile.ts';
import { attemptsOf, countAcknowledged } from './attempt-store.ts';
import { maskMessage, maskText } from './mask.ts';
import type { Shown, StatedDifference, StatedDossier, StatedExchange } from './matter.ts';
import { exchangeName, type Witness } from './witness.ts';
import { exchangesAbout, type Witnessed } from './witness-store.ts';
import { codeWords, ENTRY_WORDS, SOURCE_WORDS, STATUS_WORDS } from './words.ts';

/** A destination as the evidence asks it. */
export interface EvidenceSource {
  readonly name: string;
  readonly portal: PortalClient;
  readonly witness: Pick<Witness, 'keep'>;
  readonly rules: () => Rules;
}

export interface CollectDeps {
  readonly db: Queryable;
  readonly seal: Seal;
  /** What systems are called, in Vietnamese. */
  readonly nameOf: (system: string) => string;
}

const EXCHANGES = { first: 10, newest: 30 } as const;
const ATTEMPTS = { first: 20, newest: 80 } as const;

/**
 * @param personal what is to be masked: known of the people of every dossier of the pack, for a batch may speak of several
 * @throws Error where the other side was asked and failed in a way that is no upstream's
 */
export async function collectDossier(
  { db, seal, nameOf }: CollectDeps,
  source: EvidenceSource,
  code: string,
  record: DossierRecord | null,
  differences: readonly Difference[],
  personal: readonly string[],
  now: number,
): Promise<StatedDossier> {
  const { portal, witness, rules } = source;
  const { profile, catalogue } = rules();
  // What it shows now; where it cannot be asked, what was said last stands in the exchanges.
  const view = await portal.read(code).catch((error: unknown) => {
    if (error instanceof UpstreamError) return undefined;
    throw error;
  });
  await witness.keep(code);
  const timeline = record === null ? [] : await readTimeline(db, record.id);
  const [row] = await oursByCode(db, source.name, [code]);
  const attempts = record === null ? [] : await attemptsOf(db, source.name, record.id, ATTEMPTS);
  const exchanges = await exchangesAbout(db, source.name, code, EXCHANGES);
  const procedure = catalogue.procedureAt(record?.procedureCode ?? null, record?.receivedAt ?? null);
  const wanted = row && plan(row, { existsThere: true, sentSeqs: [], snapshotDigest: null }, profile, catalogue);
  const agencyCode = record?.agencyCode ?? null;
  return {
    code,
    aliases: record?.aliases.map((alias) => alias.code) ?? [],
    procedureCode: record?.procedureCode ?? null,
    procedureName: procedure?.name ?? null,
    serviceCode: record?.fields.serviceCode ?? null,
    agencyCode,
    agencyName: agencyCode === null ? null : (catalogue.agency(agencyCode)?.name ?? null),
    receivedAt: rfc3339(record?.receivedAt ?? null),
    appointmentAt: rfc3339(record?.appointmentAt ?? null),
    status: record === null ? 'unknown' : record.status,
    timeline: timeline.map((entry) => ({
      seq: entry.seq,
      at: rfc3339(entry.occurredAt),
      recordedAt: rfc3339(entry.recordedAt),
      what: wordsOf(entry, profile, catalogue),
      source: entry.source,
      sourceName: SOURCE_WORDS[entry.source] ?? nameOf(entry.source),
    })),
    ours: {
      status: wanted?.snapshot.statusCode ?? null,
      statusName: wanted ? codeWords(profile, wanted.snapshot.statusCode) : null,
      appointmentAt: rfc3339(wanted?.snapshot.appointmentAt ?? null),
      progress:
        wanted?.records.map(({ record: { at, statusCode, text } }) => ({
          at: rfc3339(at),
          status: statusCode,
          statusName: codeWords(profile, statusCode),
          text: maskText(text, personal),
        })) ?? null,
    },
    theirs:
      view === undefined
        ? null
        : {
            ...shownOf(view, profile, personal),
            // Asked a moment ago: its answer is the newest that was kept.
            fetchedAt: rfc3339(now),
            answerSha256: exchanges.at(-1)?.answerSha256 ?? null,
          },
    differences: differences.map((one) => statedDifference(one, profile, personal, now)),
    acknowledged: record === null ? 0 : await countAcknowledged(db, source.name, record.id),
    attempts: attempts.map(({ detail, ...one }) => ({
      ...one,
      at: rfc3339(one.at),
      detail: detail === null ? null : maskText(detail, personal),
    })),
    exchanges: exchangesOf(exchanges, code, personal, seal),
  };
}

const shownOf = (view: PortalView | null, profile: Profile, personal: readonly string[]): Shown => ({
  status: view?.statusCode ?? null,
  statusName: view === null ? null : codeWords(profile, view.statusCode),
  appointmentAt: rfc3339(view?.appointmentAt ?? null),
  progress:
    view?.progress?.map(({ at, statusCode, text }) => ({
      at: rfc3339(at),
      status: statusCode,
      statusName: codeWords(profile, statusCode),
      text: maskText(text, personal),
    })) ?? null,
});

function statedDifference(
  difference: Difference,
  profile: Profile,
  personal: readonly string[],
  now: number,
): StatedDifference {
  const { id, kind, title, state, ours, theirs, cause, firstSeenAt, confirmedAt, repairedAt, repairs } =
    toDifferenceAnswer(difference, now);
  const sides = (side: Difference['ours']): string => sideWords(side, (code) => codeWords(profile, code));
  return {
    id,
    kind,
    title: title.vi,
    state,
    ours,
    theirs,
    oursWords: sides(difference.ours),
    theirsWords: sides(difference.theirs),
    cause: cause === null ? null : maskText(cause, personal),
    firstSeenAt,
    confirmedAt,
    repairedAt,
    repairs,
  };
}

function wordsOf(
  { kind, status, pauseReason, occurredAt, body }: TimelineRow,
  profile: Profile,
  catalogue: Catalogue,
): string {
  if (kind === 'claim' && typeof body?.statusCode === 'string')
    return `${ENTRY_WORDS.claim}: ${codeWords(profile, body.statusCode)} (mã ${body.statusCode})`;
  if (kind !== 'status' || status === null) return ENTRY_WORDS[kind] ?? STATUS_WORDS[kind] ?? kind;
  const words = STATUS_WORDS[status] ?? status;
  return pauseReason === null ? words : `${words}: ${catalogue.reasonName(pauseReason, occurredAt)}`;
}

/** Masked; the same question with the same answer, asked again and again, stands once, with the time of the first. */
function exchangesOf(
  kept: readonly Witnessed[],
  code: string,
  personal: readonly string[],
  seal: Seal,
): StatedExchange[] {
  const stated: StatedExchange[] = [];
  for (const { at, operation, outcome, answerSha256, ...sealed } of kept) {
    const request = maskMessage(seal.open(sealed.request, exchangeName(code)), personal);
    const answer = sealed.answer === null ? null : maskMessage(seal.open(sealed.answer, exchangeName(code)), personal);
    const last = stated.at(-1);
    if (last?.request === request && last.answerSha256 === answerSha256 && last.outcome === outcome) continue;
    const name = `${String(stated.length + 1).padStart(2, '0')}-${code}-${operation}`;
    stated.push({ name, at: rfc3339(at), operation, outcome, answerSha256, request, answer });
  }
  return stated;
}
