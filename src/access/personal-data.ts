/** @module Personal data in answers: which members hold which kind, as their schemas declare, and an answer without what was not granted. */
import type { z } from 'zod';

/** The kinds that are granted one by one. */
export const PERSONAL_DATA = [
  'name',
  'identity-number',
  'birth',
  'sex',
  'origin',
  'address',
  'contact',
  'family',
  'civil-status',
] as const;
export type PersonalData = (typeof PERSONAL_DATA)[number];

/** Where a schema says so, also in the OpenAPI document. */
const KEYWORD = 'x-personal-data';

/** Declares that a member of an answer holds personal data of a kind: it is left out for a client that was not granted it. */
export const personal = <T extends z.ZodType>(kind: PersonalData, schema: T): T =>
  schema.meta({ [KEYWORD]: kind }) as T;

/** A JSON Schema as plain data. */
type Schema = { readonly [keyword: string]: unknown };

/** Any item of an array, any member of a record. */
const EACH: unique symbol = Symbol('each');

/** Where in an answer a kind stands. */
export interface PersonalPlace {
  readonly path: readonly (string | symbol)[];
  readonly kind: PersonalData;
}

/** The places of an answer's schema that are declared; what lies below one goes with it. */
export function personalPlaces(schema: Schema, path: PersonalPlace['path'] = []): PersonalPlace[] {
  const below = (part: unknown, step?: string | symbol): PersonalPlace[] => {
    if (typeof part !== 'object' || part === null) return [];
    const to = step === undefined ? path : [...path, step];
    const kind = (part as Schema)[KEYWORD] as PersonalData | undefined;
    return kind !== undefined ? [{ path: to, kind }] : personalPlaces(part as Schema, to);
  };
  return [
    ...Object.entries((schema.properties ?? {}) as Schema).flatMap(([name, member]) => below(member, name)),
    ...below(schema.items, EACH),
    ...below(schema.additionalProperties, EACH),
    ...['anyOf', 'oneOf', 'allOf'].flatMap((keyword) =>
      ((schema[keyword] ?? []) as unknown[]).flatMap((option) => below(option)),
    ),
  ];
}

/** An answer's schema in which a member that may be left out is not required. */
export function withoutRequiredPersonal<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutRequiredPersonal) as T;
  if (typeof value !== 'object' || value === null) return value;
  const schema = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutRequiredPersonal(part)]));
  const { properties, required } = schema as { properties?: Record<string, Schema>; required?: unknown };
  if (properties === undefined || !Array.isArray(required)) return schema as T;
  return { ...schema, required: required.filter((name: string) => properties[name]?.[KEYWORD] === undefined) } as T;
}

/** The answer without what stands at places of kinds that were not granted; null grants all. */
export function withhold(
  answer: unknown,
  places: readonly PersonalPlace[],
  granted: ReadonlySet<string> | null,
): unknown {
  if (granted === null) return answer;
  return places.filter(({ kind }) => !granted.has(kind)).reduce((left, { path }) => without(left, path), answer);
}

function without(value: unknown, [step, ...rest]: PersonalPlace['path']): unknown {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  if (step === EACH) {
    if (Array.isArray(value)) return value.map((item) => without(item, rest));
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, without(member, rest)]));
  }
  if (step === undefined || Array.isArray(value) || !Object.hasOwn(value, step)) return value;
  const { [step as string]: found, ...others } = value as Record<string, unknown>;
  return rest.length === 0 ? others : { ...others, [step]: without(found, rest) };
}
