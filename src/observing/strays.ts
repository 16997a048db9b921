/** @module Notices another writer at a destination, names it, and stops a dossier that two writers contend for (docs/decisions/other-writers.md). */
import type { PortalView } from '../capabilities/portal.ts';
import type { Queryable } from '../db/queryable.ts';
import { dayOf, isoDate, paperTime } from '../deadlines/local-time.ts';
import type { Appender } from '../dossiers/append.ts';
import type { Log } from '../log.ts';
import { type ForeignRecord, matchRecords } from '../sync/match.ts';
import { plan } from '../sync/plan.ts';
import type { ClaimedRow } from '../sync/store.ts';
import { type DueReadBack, writeSeen } from '../sync/verify-store.ts';
import { SECOND } from '../units.ts';
import { blockContested, noteForeign, noteOverwritten, raiseOtherWriter } from './foreign-store.ts';
import { look, type Rules } from './look.ts';

export interface StrayDeps {
  readonly db: Queryable;
  readonly destination: string;
  readonly rules: () => Rules;
  readonly appender: Pick<Appender, 'append'>;
  /** Told of records of others that were new. */
  readonly noticed?: () => void;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * Looks at what a read-back showed of a dossier that we send.
 *
 * @param differs whether it shows other than what was acknowledged
 * @returns whether the difference is left to people: another writer put it there
 */
export async function watchForOthers(
  deps: StrayDeps,
  row: DueReadBack,
  view: PortalView,
  differs: boolean,
): Promise<boolean> {
  const { db, destination, appender, now } = deps;
  const at = now();
  const { foreign, news } = look(row, view, deps.rules(), at);
  // Where iGate is not the keeper, others write by right.
  const mayStray = row.origin === 'igate';
  const noted = await noteForeign(
    db,
    destination,
    foreign.map((one) => ({ ...one, dossierId: row.dossierId, isStray: mayStray && isSince(one, row) })),
    at,
  );
  if (noted.length > 0) deps.noticed?.();
  if (news.length > 0) await appender.append({ commands: news, raw: null });
  const stray = foreign.findLast(({ record }) =>
    noted.some((one) => one.isStray && one.statusCode === record.statusCode && one.at === record.at),
  );
  if (stray) await tell(deps, row, stray);
  if (!differs || !mayStray) return false;
  const replaced = valuesReplaced(row, view, deps.rules());
  if (replaced.length === 0 || !(stray !== undefined || (await contendsAgain(deps, row, replaced)))) return false;
  return contend(deps, row, stray ?? null);
}

/** What stands at the destination when a dossier begins to be sent: whatever others add to it later, they add to ours. */
export async function noteBaseline(
  { db, destination, rules, now }: StrayDeps,
  row: ClaimedRow,
  view: PortalView | null,
): Promise<void> {
  const { profile, catalogue } = rules();
  const foreign = view?.progress ? matchRecords(row, view.progress, profile, catalogue).foreign : [];
  const rows = foreign.map((one) => ({ ...one, dossierId: row.dossierId, isStray: false }));
  await noteForeign(db, destination, rows, now());
  await writeSeen(db, destination, row.dossierId, view, now());
}

/** Written since the dossier is ours to send: by its own time, or because an earlier look since then did not show it. */
const isSince = ({ record }: ForeignRecord, { modeSince, seenAt }: DueReadBack): boolean =>
  record.at >= modeSince || (seenAt !== null && seenAt >= modeSince);

interface Replaced {
  readonly field: 'status' | 'appointment';
  readonly value: string;
  /** It was seen as ours after we had last written it: the destination did take it. */
  readonly stood: boolean;
}

/** Values that stand there in the place of ours, though every record of ours is there: what was lost is no contention. */
function valuesReplaced(row: DueReadBack, view: PortalView, { profile, catalogue }: Rules): Replaced[] {
  const sentSeqs = view.progress === null ? row.sentSeqs : matchRecords(row, view.progress, profile, catalogue).there;
  const known = { existsThere: true, sentSeqs, snapshotDigest: null };
  const { snapshot, records } = plan(row, known, profile, catalogue);
  if (records.length > 0) return [];
  const wasSeen = row.seenAt !== null && row.ackedAt !== null && row.seenAt >= row.ackedAt;
  const appointment = snapshot.appointmentAt === null ? null : Math.floor(snapshot.appointmentAt / SECOND) * SECOND;
  const replaced: Replaced[] = [];
  if (view.statusCode !== snapshot.statusCode)
    replaced.push({
      field: 'status',
      value: view.statusCode,
      stood: wasSeen && row.seenStatus === snapshot.statusCode,
    });
  if (appointment !== null && view.appointmentAt !== appointment)
    replaced.push({
      field: 'appointment',
      value: String(view.appointmentAt),
      stood: wasSeen && row.seenAppointmentAt === appointment,
    });
  return replaced;
}

/** The same value takes the place of ours for a second time. */
async function contendsAgain(
  { db, destination, now }: StrayDeps,
  { dossierId }: DueReadBack,
  replaced: readonly Replaced[],
): Promise<boolean> {
  let again = false;
  for (const { field, value, stood } of replaced)
    if (stood && (await noteOverwritten(db, destination, { dossierId, field, value }, now())) > 1) again = true;
  return again;
}

async function tell({ db, destination, log, now }: StrayDeps, row: DueReadBack, stray: ForeignRecord | null) {
  const raised = await raiseOtherWriter(
    db,
    {
      destination,
      dossierId: row.dossierId,
      day: isoDate(dayOf(now())),
      // The officer's name stands in the list of other writers, for those who may see the dossier.
      detail: {
        department: stray?.record.department || null,
        statusCode: stray?.record.statusCode ?? null,
        occurredAt: stray?.record.at ?? null,
      },
    },
    now(),
  );
  if (raised) log.warn({ destination, dossier: row.code }, 'another writer posts a dossier that is ours to send');
}

/** Neither overwrites the other for ever: the dossier stands as it is, blocked, until people have decided. */
async function contend(deps: StrayDeps, row: DueReadBack, stray: ForeignRecord | null): Promise<boolean> {
  const { db, destination, log, now } = deps;
  await tell(deps, row, stray);
  const reason = `${OTHER_WRITER} ${whoOf(stray)}: nơi khác cũng ghi hồ sơ này. Ngừng kết nối đó rồi đồng bộ lại (resync), hoặc đưa hồ sơ về chế độ theo dõi`;
  const isBlocked = await blockContested(db, destination, row, reason, now());
  if (isBlocked)
    log.warn(
      { destination, dossier: row.code },
      'two writers contend for a dossier; it is blocked until people decide',
    );
  return isBlocked;
}

/** How the reason of a dossier begins that two writers contend for. */
export const OTHER_WRITER = 'other-writer';

function whoOf(stray: ForeignRecord | null): string {
  if (stray === null) return '(giao diện không cho biết ai)';
  const { officer, department, statusCode, at } = stray.record;
  const who = [officer, department].filter((name) => name !== '').join(', ');
  return `(${who === '' ? 'không ghi tên' : who}, mã ${statusCode}, ${paperTime(at)})`;
}
