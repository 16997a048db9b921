/** @module A paper as what it says, whatever file it becomes, in the form that Nghị định 30/2020/NĐ-CP, phụ lục I, gives official papers. */
import { civilFromDay, dayOf } from '../deadlines/local-time.ts';

export type Block =
  | Heading
  | { readonly kind: 'text'; readonly text: string; readonly isSmall?: boolean }
  /** What is known, line by line: a name and what stands for it. */
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [string, string])[] }
  /** Numbered, in order. */
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | Table
  /** PNG or JPEG. */
  | { readonly kind: 'image'; readonly content: Uint8Array; readonly mediaType: string; readonly caption: string };

/** Of a part, of a section in it, or of what comes next. */
export interface Heading {
  readonly kind: 'heading';
  readonly level: 1 | 2 | 3;
  readonly text: string;
}

export interface Table {
  readonly kind: 'table';
  readonly head: readonly string[];
  /** A cell may have several lines. */
  readonly rows: readonly (readonly string[])[];
  /** Each column's share of the width; all the same unless told. */
  readonly shares?: readonly number[];
  /** From this column on there are figures; there are none unless told. */
  readonly figuresFrom?: number;
}

/** Who issues papers. */
export interface Sender {
  /** The body that it belongs to, which stands over its name. */
  readonly superior?: string | undefined;
  readonly name: string;
  /** Where it sits, for the line of the date. */
  readonly place?: string | undefined;
  /** Whose signature its papers bear, as the office is called. */
  readonly signatory?: string | undefined;
}

export interface Paper {
  readonly sender: Sender;
  /** Null where its clerks give it one. */
  readonly number: string | null;
  /** Epoch milliseconds. */
  readonly madeAt: number;
  /** Its kind, such as BÁO CÁO, and what it is about. */
  readonly title: string;
  readonly about: string;
  readonly addressees: readonly string[];
  readonly blocks: readonly Block[];
  /** Who gets it, as its end lists them. */
  readonly recipients: readonly string[];
  /** A wide table reads better on a page that lies. */
  readonly isLandscape?: boolean;
}

export const STATE_NAME = 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM';
export const MOTTO = 'Độc lập - Tự do - Hạnh phúc';
export const SIGNATORY = 'THỦ TRƯỞNG ĐƠN VỊ';

export const capitals = (text: string): string => text.toLocaleUpperCase('vi');

export const numberLine = ({ number }: Pick<Paper, 'number'>): string => `Số: ${number ?? '……/……'}`;

/** Place and day: the day and the month with two figures where one could be changed into two. */
export function dateLine({ sender, madeAt }: Pick<Paper, 'sender' | 'madeAt'>): string {
  const { year, month, date: day } = civilFromDay(dayOf(madeAt));
  const two = (value: number, upTo: number): string => (value <= upTo ? `0${value}` : String(value));
  const words = `ngày ${two(day, 9)} tháng ${two(month, 2)} năm ${year}`;
  return sender.place === undefined ? capitals(words[0]!) + words.slice(1) : `${sender.place}, ${words}`;
}

/** How the addressees are called upon: alone in the line, else each in its own. */
export const addresseeLines = ({ addressees }: Pick<Paper, 'addressees'>): readonly string[] =>
  addressees.length < 2
    ? addressees.map((name) => `Kính gửi: ${name}`)
    : ['Kính gửi:', ...addressees.map((name, i) => `- ${name}${i === addressees.length - 1 ? '.' : ';'}`)];

export const recipientLines = ({ recipients }: Pick<Paper, 'recipients'>): readonly string[] =>
  recipients.map((name, i) => `- ${name}${i === recipients.length - 1 ? '.' : ';'}`);
