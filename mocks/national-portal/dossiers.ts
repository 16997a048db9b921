/** @module The portal's memory of dossiers: what is kept, what an update does to it, what it was a while ago. */

import { Past } from '../past.ts';
import { parseCompact } from '../times.ts';
import { DOSSIER_LISTS } from './fields.ts';
import { SharedTexts } from './shared-texts.ts';
import type { DossierRecord, Texts } from './validate.ts';

/** A progress record as it came. */
export interface KeptProgress {
  readonly arrivedAt: number;
  /** ThoiDiemXuLy. */
  readonly time: number;
  readonly status: string;
  readonly record: Texts;
  /** The same dossier, status and time had come before. */
  readonly repeats: boolean;
}

export interface KeptDossier {
  readonly code: string;
  record: DossierRecord;
  /** TrangThaiHoSo now: what DongBoHoSoMC last wrote, or a progress record since. */
  status: string;
  /** In the order of arrival, repeats included. */
  progress: KeptProgress[];
  /** The newest ThoiDiemXuLy of all progress. */
  newest: number;
}

export interface Behaviour {
  /** Lists absent from an update stay; else they are emptied. */
  readonly keepsAbsentLists: boolean;
  /** Whether the newest progress by its own time or the last to arrive says the status. */
  readonly currentBy: 'time' | 'arrival';
}

/** What became of a record. */
export interface Taken {
  readonly dossier: KeptDossier;
  readonly effect: boolean;
}

export class Dossiers {
  #byCode = new Map<string, KeptDossier>();
  #past = new Past<KeptDossier>();
  #texts = new SharedTexts();
  /** Grows whenever a listing could change. */
  version = 0;

  has(code: string): boolean {
    return this.#byCode.has(code);
  }

  get(code: string): KeptDossier | undefined {
    return this.#byCode.get(code);
  }

  all(): Iterable<KeptDossier> {
    return this.#byCode.values();
  }

  /** A dossier as it was at `then`; undefined when it was not there. The past of a few seconds is always known. */
  getAsOf(code: string, then: number): KeptDossier | undefined {
    const was = this.#past.at(code, then);
    const dossier = was === undefined ? this.#byCode.get(code) : (was ?? undefined);
    return dossier && { ...dossier, progress: dossier.progress.filter(({ arrivedAt }) => arrivedAt <= then) };
  }

  /** How far back `getAsOf` must reach, in milliseconds. */
  rememberPast(milliseconds: number): void {
    this.#past.reach(milliseconds);
  }

  /** Takes a dossier record that passed the checks: a new one, or an update over what is kept. */
  takeRecord(record: DossierRecord, at: number, behaviour: Behaviour): Taken {
    const code = record.MaHoSo as string;
    const kept = this.#byCode.get(code);
    this.version += 1;
    if (!kept) {
      this.#past.note(code, at, null);
      const dossier = newDossier(code, record);
      this.#byCode.set(code, dossier);
      return { dossier, effect: true };
    }
    const merged = behaviour.keepsAbsentLists
      ? { ...kept.record, ...record }
      : { ...kept.record, ...emptiedLists(kept.record), ...record };
    const effect = record.TrangThaiHoSo !== kept.status || differs(kept.record, merged);
    if (effect) {
      this.#past.note(code, at, { ...kept });
      kept.record = merged;
      kept.status = record.TrangThaiHoSo as string;
    }
    return { dossier: kept, effect };
  }

  /** Takes a progress record of a dossier that is kept. */
  takeProgress(record: Texts, at: number, behaviour: Behaviour): Taken {
    const dossier = this.#byCode.get(record.MaHoSo!)!;
    const time = parseCompact(record.ThoiDiemXuLy!)!;
    const status = record.TrangThai!;
    const repeats = dossier.progress.some((known) => known.time === time && known.status === status);
    if (behaviour.currentBy === 'arrival' || time >= dossier.newest) {
      this.#past.note(dossier.code, at, { ...dossier });
      dossier.status = status;
    }
    dossier.newest = Math.max(dossier.newest, time);
    dossier.progress.push({ arrivedAt: at, time, status, record: this.#texts.of(record), repeats });
    return { dossier, effect: !repeats };
  }

  /** Puts a whole dossier in the place of what is kept, as an act does; null forgets it. */
  put(code: string, at: number, dossier: Pick<KeptDossier, 'record' | 'status' | 'progress'> | null): void {
    const kept = this.#byCode.get(code);
    this.#past.note(code, at, kept ? { ...kept } : null);
    this.version += 1;
    if (dossier === null) this.#byCode.delete(code);
    else
      this.#byCode.set(code, { ...newDossier(code, dossier.record), ...dossier, newest: newestOf(dossier.progress) });
  }

  reset(): void {
    this.#byCode = new Map();
    this.#past.reset();
    this.version += 1;
  }
}

const newDossier = (code: string, record: DossierRecord): KeptDossier => ({
  code,
  record,
  status: record.TrangThaiHoSo as string,
  progress: [],
  newest: Number.NEGATIVE_INFINITY,
});

const newestOf = (progress: readonly KeptProgress[]): number =>
  progress.reduce((newest, { time }) => Math.max(newest, time), Number.NEGATIVE_INFINITY);

function emptiedLists(record: DossierRecord): DossierRecord {
  const emptied: Record<string, readonly Texts[]> = {};
  for (const name of DOSSIER_LISTS.keys()) if (record[name] !== undefined) emptied[name] = [];
  return emptied;
}

/** Whether two records say different things; TrangThaiHoSo lives apart. An empty text or list is as good as an absent one. */
function differs(before: DossierRecord, after: DossierRecord): boolean {
  for (const name in after) {
    if (name === 'TrangThaiHoSo') continue;
    const was = before[name] ?? '';
    const is = after[name]!;
    if (typeof is === 'string' ? was !== is : listText(was) !== listText(is)) return true;
  }
  return false;
}

/** A list as text, whatever the order in which the keys of its items were written. */
function listText(list: string | readonly Texts[]): string {
  if (typeof list === 'string') return '[]';
  return JSON.stringify(list.map((item) => Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))));
}
