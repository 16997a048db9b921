/** @module Whether it is safe to go on from one mode to the next, and why not: a report for people, it changes nothing. Pure. */
import { paperTime } from '../deadlines/local-time.ts';
import type { Bilingual } from '../errors.ts';
import { type DifferenceKind, KINDS } from '../reconciliation/kinds.ts';
import type { Mode } from '../sync/policy.ts';

/** What stands of the dossiers in one mode. */
export interface StageFigures {
  readonly mode: Mode;
  readonly dossiers: number;
  /** Read back from the destination at least once. */
  readonly read: number;
  readonly unreadable: number;
  /** Compared since the last thing that was told of them; of these in step, and with something to be written. */
  readonly compared: number;
  readonly inStep: number;
  readonly wouldWrite: number;
  readonly behind: number;
  readonly blocked: number;
}

/** A writer as far as the wire names it, with what it wrote of the dossiers in one mode. */
export interface WriterFigures {
  readonly mode: Mode;
  readonly officer: string;
  readonly department: string;
  readonly records: number;
  readonly dossiers: number;
  readonly stray: number;
  readonly lastAt: number;
}

export interface ReadinessFigures {
  readonly stages: readonly StageFigures[];
  readonly differing: readonly { readonly kind: string; readonly dossiers: number }[];
  readonly writers: readonly WriterFigures[];
  /** How many days back other writers were looked for. */
  readonly days: number;
}

export interface StageVerdict extends StageFigures {
  /** The mode that comes next; null where it is already sent. */
  readonly next: Mode | null;
  readonly safe: boolean;
  readonly reasons: readonly Bilingual[];
}

const NEXT: Readonly<Record<Mode, Mode | null>> = { observe: 'compare', compare: 'send', send: null };

/** Judges each stage that has dossiers, in the order in which a province goes through them. */
export function assess(figures: ReadinessFigures): StageVerdict[] {
  const order = Object.keys(NEXT) as Mode[];
  return figures.stages
    .toSorted((a, b) => order.indexOf(a.mode) - order.indexOf(b.mode))
    .map((stage) => {
      const against = AGAINST[stage.mode](stage, figures);
      return {
        ...stage,
        next: NEXT[stage.mode],
        safe: against.length === 0,
        reasons: against.length === 0 ? [FOR[stage.mode](stage)] : against,
      };
    });
}

const AGAINST: Readonly<Record<Mode, (stage: StageFigures, figures: ReadinessFigures) => Bilingual[]>> = {
  observe: (stage) => [
    ...some(stage.dossiers - stage.read, (n) => ({
      vi: `${n} hồ sơ chưa được đọc lại từ Cổng`,
      en: `not read back yet: ${counted(n, 'dossier')}`,
    })),
    ...unreadable(stage),
  ],
  compare: (stage, { differing, writers, days }) => [
    ...some(stage.dossiers - stage.compared, (n) => ({
      vi: `${n} hồ sơ chưa được so sánh với những gì vừa được báo`,
      en: `not compared with what was told last: ${counted(n, 'dossier')}`,
    })),
    ...unreadable(stage),
    ...differing.map(({ kind, dossiers }) => {
      const title = KINDS[kind as DifferenceKind]?.title ?? { vi: kind, en: kind };
      return { vi: `${dossiers} hồ sơ: ${title.vi}`, en: `${counted(dossiers, 'dossier')}: ${title.en}` };
    }),
    ...writers.filter(({ mode }) => mode === 'compare').map((writer) => stillWrites(writer, days)),
  ],
  send: (stage, { writers, days }) => [
    ...some(stage.blocked, (n) => ({ vi: `${n} hồ sơ bị chặn`, en: `blocked: ${counted(n, 'dossier')}` })),
    ...writers
      .filter(({ mode, stray }) => mode === 'send' && stray > 0)
      .map((writer) => stillWrites({ ...writer, records: writer.stray }, days)),
  ],
};

const FOR: Readonly<Record<Mode, (stage: StageFigures) => Bilingual>> = {
  observe: ({ dossiers }) => ({
    vi: `Đã đọc lại cả ${dossiers} hồ sơ từ Cổng: có thể chuyển sang so sánh`,
    en: `Everything (${counted(dossiers, 'dossier')}) has been read back and can be compared`,
  }),
  compare: ({ inStep }) => ({
    vi: `Cả ${inStep} hồ sơ khớp và không nơi nào khác còn ghi: có thể chuyển sang gửi`,
    en: `Everything (${counted(inStep, 'dossier')}) is in step, nobody else writes, and it can be sent`,
  }),
  send: ({ dossiers }) => ({
    vi: `${dossiers} hồ sơ đang được gửi, không nơi nào khác ghi`,
    en: `${counted(dossiers, 'dossier')} sent, and nobody else writes`,
  }),
};

/** `1 dossier`, `2 dossiers`. */
const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

const some = (n: number, reason: (n: number) => Bilingual): Bilingual[] => (n > 0 ? [reason(n)] : []);

const unreadable = ({ unreadable: n }: StageFigures): Bilingual[] =>
  some(n, (count) => ({
    vi: `${count} hồ sơ không đọc được từ Cổng ở lần gần nhất`,
    en: `not readable at the last look: ${counted(count, 'dossier')}`,
  }));

function stillWrites({ officer, department, records, dossiers, lastAt }: WriterFigures, days: number): Bilingual {
  const who = [officer, department].filter((name) => name !== '').join(', ');
  const last = paperTime(Math.floor(lastAt / 1000) * 1000);
  return {
    vi: `Nơi khác còn ghi lên Cổng trong ${days} ngày qua: ${who === '' ? 'không ghi tên' : who} (${records} tiến độ của ${dossiers} hồ sơ, gần nhất ${last}). Ngừng kết nối đó trước`,
    en: `Somebody else has written there within ${days} days: ${who === '' ? 'without a name' : who} (${counted(records, 'record')} of ${counted(dossiers, 'dossier')}, the last at ${last}). Stop that connection first`,
  };
}
