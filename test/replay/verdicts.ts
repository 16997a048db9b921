/** @module What the portal's own note makes of the quarter: with the pauses as they were carried, and without them. */
import { Pool } from 'undici';
import { officialCalendar } from '../../mocks/calendar.ts';
import { judge } from '../../mocks/national-portal/judge.ts';
import { toCompact } from '../../mocks/times.ts';
import type { StoryDossier } from './story.ts';
import { inLanes, type Target } from './target.ts';

/** Dossiers that ended in the quarter. */
export interface Verdicts {
  readonly judged: number;
  /** On time by law and late at the portal, a second supplement apart. */
  readonly onTimeCalledLate: readonly string[];
  readonly lateCalledOnTime: readonly string[];
  /** On time by law and late by the portal's formula whatever is sent: named, not hidden. */
  readonly portalFormula: readonly string[];
  /** What the portal would call late had no pause been carried. */
  readonly lateWithoutPauses: number;
  readonly lateByLaw: number;
}

const CONNECTIONS = 16;

/** @param lateByLaw codes of the dossiers that the report calls late */
export async function verdictsOf(
  { simulators }: Target,
  dossiers: readonly StoryDossier[],
  lateByLaw: ReadonlySet<string>,
  progress: (stage: string, done: number) => void,
): Promise<Verdicts> {
  const ended = dossiers.filter(({ endAt }) => endAt !== null);
  const calendar = officialCalendar();
  const pool = new Pool(simulators, { connections: CONNECTIONS });
  const found = { onTimeCalledLate: [] as string[], lateCalledOnTime: [] as string[], portalFormula: [] as string[] };
  let lateWithoutPauses = 0;
  let judged = 0;
  await inLanes(ended, CONNECTIONS, async (dossier) => {
    const { body } = await pool.request({
      method: 'GET',
      path: `/national-portal/_judge?dossier=${encodeURIComponent(dossier.code)}`,
    });
    const { onTime } = (await body.json()) as { onTime: boolean };
    const isLate = lateByLaw.has(dossier.code);
    if (!isLate && !onTime) (dossier.isPortalFormula ? found.portalFormula : found.onTimeCalledLate).push(dossier.code);
    if (isLate && onTime) found.lateCalledOnTime.push(dossier.code);
    if (judge(withoutPauses(dossier), null, calendar, 0).onTime === false) lateWithoutPauses++;
    progress('asking the portal for its verdicts', ++judged / ended.length);
  });
  await pool.destroy();
  return { judged, ...found, lateWithoutPauses, lateByLaw: lateByLaw.size };
}

/** The dossier as the portal knows it where pauses are not carried: received, ended, the first appointment. */
function withoutPauses({ code, receivedAt, originalDue, endAt }: StoryDossier): Parameters<typeof judge>[0] {
  const at = (time: number, status: string) => ({ arrivedAt: 0, time, status, record: {}, repeats: false });
  return {
    code,
    record: { NgayTiepNhan: toCompact(receivedAt), NgayHenTra: toCompact(originalDue) },
    status: '9',
    progress: [at(receivedAt, '2'), at(endAt!, '9')],
    newest: endAt!,
  };
}
