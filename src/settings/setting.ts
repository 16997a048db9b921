/** @module One setting: its schema, and what is said of it in `.env.example` and the documents. */
import type { z } from 'zod';

/** What is known of a setting beside its schema. */
interface SettingMeta {
  readonly description: string;
  /** May also come from the file named by `<KEY>_FILE`, and is never echoed. */
  readonly secret?: true;
  /** What `.env.example` shows where there is no default. */
  readonly example?: string;
}

const meta = new WeakMap<z.ZodType, SettingMeta>();

/** A setting with its description, for `.env.example` and the documents. */
export function setting<T extends z.ZodType>(
  schema: T,
  description: string,
  more?: Omit<SettingMeta, 'description'>,
): T {
  meta.set(schema, { description, ...more });
  return schema;
}

/** Whether it may come from a file of its own, and is never echoed. */
export function isSecret(schema: z.ZodType): boolean {
  return metaOf(schema).secret === true;
}

/** What was said of a setting, also when `.optional()` or a default was wrapped around it afterwards. */
function metaOf(schema: z.ZodType): Partial<SettingMeta> {
  const said = meta.get(schema) ?? schema.meta();
  if (said !== undefined) return said;
  return 'unwrap' in schema && typeof schema.unwrap === 'function' ? metaOf(schema.unwrap()) : {};
}

/** What documents say of a setting. */
export interface SettingFacts extends Partial<SettingMeta> {
  /** The default as it would be written. */
  readonly fallback: string | undefined;
  readonly isRequired: boolean;
}

export function settingFacts(schema: z.ZodType): SettingFacts {
  const read = schema.safeParse(undefined);
  return {
    ...metaOf(schema),
    fallback: read.success && read.data !== undefined ? String(read.data) : undefined,
    isRequired: !read.success,
  };
}
