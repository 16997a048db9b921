/** @module Values that a JSON Schema of the document allows, as fast-check makes them: odd ones first, the same for the same seed. */
import fc from 'fast-check';

/** What of JSON Schema the document uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly multipleOf?: number;
  readonly example?: unknown;
}

/** Longer ones say nothing more, but for the few that are as long as they may be. */
const USUAL_LENGTH = 30;
const USUAL_ITEMS = 3;

/** Any value the schema allows. */
export function allowedBy(schema: Schema): fc.Arbitrary<unknown> {
  const { example } = schema;
  const made = madeOf(schema);
  return example === undefined ? made : fc.oneof({ weight: 2, arbitrary: made }, fc.constant(example));
}

function madeOf(schema: Schema): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(allowedBy));
  const types = schema.type === undefined ? [] : [schema.type].flat();
  return types.length === 0 ? fc.jsonValue({ maxDepth: 2 }) : fc.oneof(...types.map((type) => ofType(type, schema)));
}

function ofType(type: string, schema: Schema): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return integerOf(schema);
    case 'number':
      return numberOf(schema);
    case 'array': {
      const { items = {}, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
      return fc.array(allowedBy(items), {
        minLength: minItems,
        maxLength: Math.max(minItems, Math.min(maxItems, USUAL_ITEMS)),
      });
    }
    case 'object':
      return objectOf(schema);
    default:
      return stringOf(schema);
  }
}

function integerOf({ minimum, maximum, exclusiveMinimum }: Schema): fc.Arbitrary<number> {
  const min = Math.ceil(minimum ?? (exclusiveMinimum === undefined ? Number.MIN_SAFE_INTEGER : exclusiveMinimum + 1));
  return fc.integer({ min: Math.max(min, -(2 ** 31)), max: Math.min(maximum ?? 2 ** 31 - 1, 2 ** 31 - 1) });
}

function numberOf(schema: Schema): fc.Arbitrary<number> {
  const { multipleOf, minimum, maximum = 1e6, exclusiveMinimum } = schema;
  if (multipleOf !== undefined) {
    const least = minimum ?? (exclusiveMinimum === undefined ? -1e6 : exclusiveMinimum + multipleOf);
    return fc
      .integer({ min: Math.ceil(least / multipleOf), max: Math.floor(maximum / multipleOf) })
      .map((times) => times * multipleOf);
  }
  return fc.double({
    noNaN: true,
    min: minimum ?? exclusiveMinimum ?? -1e6,
    max: maximum,
    minExcluded: exclusiveMinimum !== undefined,
  });
}

function objectOf({ properties = {}, required = [], additionalProperties, propertyNames }: Schema) {
  const known = Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, allowedBy(part)]));
  const record = fc.record(known, { requiredKeys: [...required] });
  if (typeof additionalProperties !== 'object' || Object.keys(properties).length > 0) return record;
  const names = propertyNames ? (allowedBy(propertyNames) as fc.Arbitrary<string>) : fc.string({ maxLength: 20 });
  return fc.dictionary(names, allowedBy(additionalProperties), { maxKeys: USUAL_ITEMS });
}

const VIETNAMESE = fc.constantFrom(
  'Nguyễn Văn An',
  'Đăng ký đất đai',
  'Chờ thông báo thuế',
  '  ',
  "O'Brien; --",
  '<b>',
);
const year = { min: new Date('1900-01-01T00:00:00Z'), max: new Date('2100-12-31T00:00:00Z'), noInvalidDate: true };

const FORMATS: Readonly<Record<string, fc.Arbitrary<string>>> = {
  date: fc.date(year).map((date) => date.toISOString().slice(0, 10)),
  'date-time': fc
    .tuple(fc.date(year), fc.constantFrom('Z', '+07:00', '-11:30'))
    .map(([date, offset]) => date.toISOString().slice(0, 19) + offset),
  email: fc.constantFrom('an@example.vn', 'a.b+c@sub.example.vn'),
  uuid: fc.uuid(),
  uri: fc.webUrl({ validSchemes: ['https'] }),
};

function stringOf({ minLength = 0, maxLength = 1_000, pattern, format }: Schema): fc.Arbitrary<string> {
  const fits = (text: string): boolean => [...text].length >= minLength && text.length <= maxLength;
  const known = format && FORMATS[format];
  if (known) return known.filter(fits);
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).filter(fits);
  const usual = { minLength, maxLength: Math.max(minLength, Math.min(maxLength, USUAL_LENGTH)) };
  return fc.oneof(
    { weight: 6, arbitrary: fc.string(usual) },
    { weight: 3, arbitrary: fc.string({ ...usual, unit: 'grapheme' }).filter(fits) },
    { weight: 3, arbitrary: VIETNAMESE.filter(fits) },
    { weight: 1, arbitrary: fc.constant('ă'.repeat(maxLength)) },
  );
}
