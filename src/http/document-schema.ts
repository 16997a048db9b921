/** @module JSON Schema as the OpenAPI document shows it: with the bounds that formats imply, and in the forms that every generator of clients understands. */
import type { z } from 'zod';
import { type JsonSchema, jsonSchema } from './json-schema.ts';
import { longestMatch } from './pattern-length.ts';

/** The longest text of each format. */
const LONGEST: Readonly<Record<string, number>> = {
  date: 10,
  time: 20,
  'date-time': 40,
  uuid: 36,
  email: 254,
  ipv4: 15,
  ipv6: 45,
  uri: 2048,
};

const INT32 = 2 ** 31 - 1;

/** The schema of what a caller sends (`input`) or gets (`output`), in JSON Schema 2020-12, as OpenAPI 3.1 wants it. */
export function documentSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...rest } = jsonSchema(schema, io);
  return shown(rest) as JsonSchema;
}

function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null) return value;
  const schema: JsonSchema = {};
  for (const [keyword, part] of Object.entries(value))
    schema[keyword] =
      keyword === 'properties' || keyword === '$defs'
        ? Object.fromEntries(Object.entries(part as JsonSchema).map(([name, member]) => [name, shown(member)]))
        : keyword === 'enum' || keyword === 'const' || keyword === 'example' || keyword === 'default'
          ? part
          : shown(part);
  return ofEqualParts(withNamedMembers(bounded(schema)));
}

/** A whole number has its width, a text of a known form its length. */
function bounded(schema: JsonSchema): JsonSchema {
  const { type, format, enum: listed, const: only } = schema;
  if (type === 'integer') return boundedInteger(schema);
  if (type !== 'string' || schema.maxLength !== undefined || listed !== undefined || only !== undefined) return schema;
  const byPattern = typeof schema.pattern === 'string' ? longestMatch(schema.pattern) : Number.POSITIVE_INFINITY;
  const maxLength = Math.min(byPattern, LONGEST[String(format)] ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(maxLength) ? { ...schema, maxLength } : schema;
}

function boundedInteger({ exclusiveMinimum, exclusiveMaximum, ...schema }: JsonSchema): JsonSchema {
  const above = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : -Number.MAX_SAFE_INTEGER;
  const below = typeof exclusiveMaximum === 'number' ? exclusiveMaximum - 1 : Number.MAX_SAFE_INTEGER;
  const minimum = Math.max(above, Number(schema.minimum ?? above));
  const maximum = Math.min(below, Number(schema.maximum ?? below));
  return { ...schema, format: minimum >= -INT32 && maximum <= INT32 ? 'int32' : 'int64', minimum, maximum };
}

/** Members that are required by name stand among the members, also where all have one shape. */
function withNamedMembers(schema: JsonSchema): JsonSchema {
  const { required, properties, propertyNames, additionalProperties } = schema;
  if (!Array.isArray(required) || properties !== undefined || propertyNames === undefined) return schema;
  const { propertyNames: _names, additionalProperties: _member, ...rest } = schema;
  return {
    ...rest,
    properties: Object.fromEntries(required.map((name) => [name, additionalProperties])),
    additionalProperties: false,
  };
}

/** A pair of equal parts is an array of two: fewer readers know `prefixItems`. */
function ofEqualParts(schema: JsonSchema): JsonSchema {
  const { prefixItems, ...rest } = schema;
  if (!Array.isArray(prefixItems) || prefixItems.length === 0) return schema;
  const [first] = prefixItems;
  if (!prefixItems.every((part) => JSON.stringify(part) === JSON.stringify(first))) return schema;
  return { ...rest, items: first, minItems: prefixItems.length, maxItems: prefixItems.length };
}
