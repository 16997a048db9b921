/**
 * @module The portal's published evaluation of decision 766, from the dossiers it keeps: `reporting/evaluation/…`.
 *
 * The services and the body are those of the public pages; the shape of the answer is assumed. What the portal cannot know from dossiers (publicity, petitions) is
 * answered without points, never as zero.
 */
import type { WorkingCalendar } from '../calendar.ts';
import { parseCompact, VIETNAM_OFFSET } from '../times.ts';
import { limitOf } from './catalogue.ts';
import type { KeptDossier } from './dossiers.ts';
import { judge } from './judge.ts';

/** An indicator part; points are null where the portal holds nothing to compute them from. */
interface Part {
  readonly name: string;
  readonly max: number;
  readonly numerator: number;
  readonly denominator: number;
  readonly points: number | null;
}

export interface Group {
  readonly code: string;
  readonly max: number;
  readonly parts: readonly Part[];
}

export interface Period {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

const ENDED: ReadonlySet<string> = new Set(['3', '7', '8', '9', '10']);
const WITH_RESULT: ReadonlySet<string> = new Set(['9', '10']);

const part = (
  name: string,
  max: number,
  numerator: number,
  denominator: number,
  score = (ratio: number) => max * ratio,
): Part => ({
  name,
  max,
  numerator,
  denominator,
  points: denominator === 0 ? null : Math.round(Math.min(max, score(numerator / denominator)) * 100) / 100,
});

const list = (dossier: KeptDossier, name: string): readonly Readonly<Record<string, string>>[] => {
  const value = dossier.record[name];
  return typeof value === 'object' ? value : [];
};
const hasFee = (dossier: KeptDossier): boolean => list(dossier, 'DanhSachLePhi').some(({ Gia }) => Number(Gia) > 0);
const paidOnline = ({ record }: KeptDossier): boolean =>
  record.DuocThanhToanTrucTuyen === '1' || record.DuocThanhToanTrucTuyen === '2';
const isOnline = ({ record }: KeptDossier): boolean => record.KenhThucHien === '2';
const proceduresOf = (dossiers: readonly KeptDossier[]): number =>
  new Set(dossiers.map(({ record }) => record.MaTTHC)).size;

type Compute = (dossiers: readonly KeptDossier[], period: Period, calendar: WorkingCalendar) => Group;

/** By the name of the service. */
const GROUPS: Readonly<Record<string, Compute>> = {
  transparency: () => ({ code: 'CKMB', max: 18, parts: [] }),
  'dvc-progress-tree': (dossiers, { to }, calendar) => {
    const onTime = dossiers.filter(
      (dossier) => judge(dossier, limitOf(dossier.record.MaTTHC as string), calendar, to - 1000).onTime === true,
    );
    return { code: 'TDGQ', max: 20, parts: [part('on-time', 20, onTime.length, dossiers.length)] };
  },
  'provide-online-tree': (dossiers) => {
    const online = dossiers.filter(isOnline);
    return {
      code: 'CLGQ',
      max: 12,
      parts: [
        part('services-with-dossiers', 4, proceduresOf(online), proceduresOf(dossiers)),
        part('online-dossiers', 6, online.length, dossiers.length, (ratio) => (6 * ratio) / 0.5),
      ],
    };
  },
  'formality-online-payment-tree': (dossiers) => {
    const owing = dossiers.filter(hasFee);
    const paid = owing.filter(paidOnline);
    return {
      code: 'TTTT',
      max: 10,
      parts: [
        part('paid-online', 6, paid.length, owing.length),
        part('procedures-paid-online', 2, proceduresOf(paid), proceduresOf(owing), (ratio) => 2.5 * ratio),
      ],
    };
  },
  'dossier-digitized': (dossiers) => {
    const finished = dossiers.filter(({ status }) => WITH_RESULT.has(status));
    const withFile = finished.filter((dossier) =>
      list(dossier, 'DanhSachGiayToKetQua').some((paper) => paper.DuongDanTepTinKetQua),
    );
    const digitised = dossiers.filter(({ record }) => record.HoSoCoThanhPhanSoHoa === '1');
    const reusing = dossiers.filter((dossier) =>
      list(dossier, 'TaiLieuNop').some((paper) => paper.DuocTaiSuDung === '1'),
    );
    return {
      code: 'MDSH',
      max: 22,
      parts: [
        part('electronic-result', 6, withFile.length, finished.length),
        part('digitised', 4, digitised.length, dossiers.length),
        part('reuse', 2, reusing.length, dossiers.length, (ratio) => (2 * ratio) / 0.8),
      ],
    };
  },
  'handling-satisfaction': () => ({ code: 'MDHL', max: 18, parts: [] }),
};

/** All groups at once. */
const OVERVIEW = 'service-results';

export const isEvaluation = (name: string): boolean => name === OVERVIEW || Object.hasOwn(GROUPS, name);

/** Reads `{timeType, year, quarter | month}`; null when it is no period. */
export function readPeriod(body: Readonly<Record<string, unknown>>): Period | null {
  const year = Number(body.year);
  if (!Number.isInteger(year) || year < 2000 || year > 2100) return null;
  const months = { year: 12, quarter: 3, month: 1 }[String(body.timeType)];
  if (months === undefined) return null;
  const nth = months === 12 ? 1 : Number(months === 3 ? body.quarter : body.month);
  if (!Number.isInteger(nth) || nth < 1 || nth > 12 / months) return null;
  const start = (nth - 1) * months;
  return { from: Date.UTC(year, start, 1) - VIETNAM_OFFSET, to: Date.UTC(year, start + months, 1) - VIETNAM_OFFSET };
}

/**
 * The evaluation of an agency and of each agency below it that has dossiers: those received or being resolved in the period.
 * @param root the code of the agency, such as `H15`
 */
export function evaluate(
  name: string,
  all: Iterable<KeptDossier>,
  root: string,
  period: Period,
  calendar: WorkingCalendar,
) {
  const byAgency = new Map<string, KeptDossier[]>();
  const everything: KeptDossier[] = [];
  for (const dossier of all) {
    const agency = dossier.record.DonViXuLy as string;
    if ((agency !== root && !agency.startsWith(`${root}.`)) || !falls(dossier, period)) continue;
    everything.push(dossier);
    const own = byAgency.get(agency);
    if (own) own.push(dossier);
    else byAgency.set(agency, [dossier]);
  }
  const computes = name === OVERVIEW ? Object.values(GROUPS) : [GROUPS[name]!];
  const groupsOf = (dossiers: readonly KeptDossier[]): Group[] =>
    computes.map((compute) => compute(dossiers, period, calendar));
  const departments = [...byAgency].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    departmentId: root,
    dossiers: everything.length,
    groups: groupsOf(everything),
    children: departments.map(([departmentId, own]) => ({ departmentId, dossiers: own.length, groups: groupsOf(own) })),
  };
}

/** Received before the period's end, and not ended before its beginning. */
function falls(dossier: KeptDossier, { from, to }: Period): boolean {
  const receivedAt = parseCompact(dossier.record.NgayTiepNhan as string)!;
  if (receivedAt >= to) return false;
  return receivedAt >= from || !dossier.progress.some(({ status, time }) => ENDED.has(status) && time < from);
}
