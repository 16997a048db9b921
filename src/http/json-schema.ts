/** @module JSON Schema made from zod: a lean reading for the serializer, and what it tells of a body's strictness. */
import { z } from 'zod';
import { withoutRequiredPersonal } from '../access/personal-data.ts';

/** A JSON Schema as plain data. */
export type JsonSchema = { [keyword: string]: unknown };

// The keywords that decide how a value is written; formats and bounds would only be checked again.
const WRITING_KEYWORDS = new Set([
  'type',
  'properties',
  'required',
  'items',
  'prefixItems',
  'additionalProperties',
  'anyOf',
  'oneOf',
  'allOf',
  'const',
  'enum',
  '$ref',
  '$defs',
  'nullable',
]);

/** The schema as zod writes it, in JSON Schema 2020-12. */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const written = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as JsonSchema;
  return io === 'output' ? withoutRequiredPersonal(written) : written;
}

/**
 * The schema that fast-json-stringify compiles for an answer: members that are not listed are dropped, `null` next to
 * one type is `nullable` (a union would be checked by a validator for every value written).
 */
export function writingSchema(schema: z.ZodType): JsonSchema {
  return lean(jsonSchema(schema, 'output')) as JsonSchema;
}

function lean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lean);
  if (typeof value !== 'object' || value === null) return value;
  const schema = withoutNullUnion(value as JsonSchema);
  const out: JsonSchema = {};
  for (const [keyword, part] of Object.entries(schema)) {
    if (!WRITING_KEYWORDS.has(keyword)) continue;
    const named = keyword === 'properties' || keyword === '$defs';
    out[keyword] = named
      ? eachMember(part as JsonSchema)
      : keyword === 'enum' || keyword === 'const'
        ? part
        : lean(part);
  }
  return out;
}

function eachMember(schemas: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, lean(schema)]));
}

function withoutNullUnion(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf)) return schema;
  const others = anyOf.filter((option: JsonSchema) => option.type !== 'null');
  const only = others[0] as JsonSchema | undefined;
  if (others.length === 1 && anyOf.length === 2 && typeof only?.type === 'string') {
    return { ...rest, ...only, nullable: true };
  }
  return schema;
}

/**
 * The paths of objects in a request body that would let unknown members pass.
 *
 * @returns paths as `$.applicant`; empty when every object is strict
 */
export function looseObjects(body: z.ZodType): string[] {
  const found: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const schema = value as JsonSchema;
    if (schema.properties !== undefined && schema.additionalProperties === undefined) found.push(path);
    for (const [name, member] of Object.entries((schema.properties ?? {}) as JsonSchema))
      visit(member, `${path}.${name}`);
    for (const [name, member] of Object.entries((schema.$defs ?? {}) as JsonSchema)) visit(member, `${path}#${name}`);
    visit(schema.items, `${path}[]`);
    visit(schema.additionalProperties, `${path}.*`);
    for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
      for (const option of (schema[keyword] ?? []) as JsonSchema[]) visit(option, path);
    }
  };
  visit(jsonSchema(body, 'input'), '$');
  return found;
}
