/** @module A paper as what it says, whatever file it becomes: headings, facts, tables, images. */

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly isSmall?: boolean }
  /** What is known, line by line: a name and what stands for it. */
  | { readonly kind: 'facts'; readonly rows: readonly (readonly [string, string])[] }
  /** Numbered, in order. */
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | Table
  /** PNG or JPEG. */
  | { readonly kind: 'image'; readonly content: Buffer; readonly mediaType: string; readonly caption: string };

export interface Table {
  readonly kind: 'table';
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Each column's share of the width; all the same unless told. */
  readonly shares?: readonly number[];
}

export interface Paper {
  readonly title: string;
  /** Who issues it, on its top left. */
  readonly issuer: string;
  /** Beneath the issuer, such as its number. */
  readonly number: string;
  /** Where and when, on its top right. */
  readonly dated: string;
  readonly blocks: readonly Block[];
  /** A wide table reads better on a page that lies. */
  readonly isLandscape?: boolean;
}
