/** @module An access to a person's data as a citizen is told of it, in plain Vietnamese or English. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Language } from '../http/language.ts';
import { HOUR } from '../units.ts';

/** What a sentence is made of; names as people know them. */
export interface Access {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly officer: string | null;
  /** Names of the agencies for which the client calls. */
  readonly agencies: readonly string[];
  readonly client: string | null;
  /** What was done, as the operation is called. */
  readonly operation: string;
  /** The outside system that was asked; null for the gateway's own data. */
  readonly system: string | null;
  readonly purpose: string | null;
  readonly dossier: string | null;
  readonly outcome: Outcome;
}

export const OUTCOMES = ['answered', 'refused', 'failed'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export function outcomeOf(status: number): Outcome {
  if (status < 400) return 'answered';
  return status < 500 ? 'refused' : 'failed';
}

/** One sentence: who, when, what, why, for which dossier, with what outcome. */
export function sentenceOf(access: Access, language: Language): string {
  return `${(language === 'vi' ? inVietnamese(access) : inEnglish(access)).join('; ')}.`;
}

function inVietnamese(access: Access): string[] {
  const { officer, agencies, client, operation, system, purpose, dossier, outcome } = access;
  const who = officer === null ? 'hệ thống (không nêu cán bộ)' : `cán bộ ${officer}`;
  const unit = agencies.length === 0 ? '' : ` của ${agencies.join(', ')}`;
  return [
    `Lúc ${timeOf(access.at)}, ${who}${unit}${client === null ? '' : `, qua ứng dụng ${client}`}`,
    `thực hiện “${operation}”${system === null ? ' trên dữ liệu của cổng tích hợp' : ` tại ${system}`}`,
    `mục đích: ${purpose ?? 'không nêu'}`,
    dossier === null ? 'không nêu hồ sơ' : `cho hồ sơ ${dossier}`,
    { answered: 'dữ liệu đã được trả', refused: 'yêu cầu bị từ chối', failed: 'không nhận được dữ liệu' }[outcome],
  ];
}

function inEnglish(access: Access): string[] {
  const { officer, agencies, client, operation, system, purpose, dossier, outcome } = access;
  const who = officer === null ? 'a system (no officer was named)' : `officer ${officer}`;
  const unit = agencies.length === 0 ? '' : ` of ${agencies.join(', ')}`;
  return [
    `At ${timeOf(access.at)}, ${who}${unit}${client === null ? '' : `, through the application ${client}`}`,
    `did “${operation}” ${system === null ? "on the gateway's own data" : `at ${system}`}`,
    `purpose: ${purpose ?? 'not said'}`,
    dossier === null ? 'no dossier was named' : `for ${dossier}`,
    { answered: 'the data was given', refused: 'the request was refused', failed: 'no data was received' }[outcome],
  ];
}

/** What is said of a person who was erased. */
export function erasureOf(at: number, language: Language): string {
  return language === 'vi'
    ? `Dữ liệu của người này đã được xóa lúc ${timeOf(at)}; các lượt truy cập trước đó không còn gắn với người này.`
    : `This person's data was erased at ${timeOf(at)}; earlier accesses are no longer told of them.`;
}

/** `09:15 10/03/2026`, in the time of Viet Nam. */
function timeOf(at: number): string {
  const local = new Date(at + 7 * HOUR).toISOString();
  const [year, month, day] = local.slice(0, 10).split('-');
  return `${local.slice(11, 16)} ${day}/${month}/${year}`;
}

/** A purpose as the catalogue names it; its code where it does not stand there. */
export const purposeWords = (
  code: string | null,
  catalogue: Catalogue,
  at: number,
  language: Language,
): string | null => (code === null ? null : (catalogue.purposeAt(code, at)?.name[language] ?? code));
