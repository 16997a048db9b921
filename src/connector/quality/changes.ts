/** @module An answer as it would be after the upstream changed its interface without a word: every place of it, one at a time. */

/** A changed copy, and where it differs. */
export interface Mutation<T = unknown> {
  readonly at: string;
  readonly value: T;
}

/** More would tell nothing new. */
const MOST = 400;
/** A text that stands in no table of anybody. */
export const UNHEARD = '§ unheard of §';

/** Copies of a JSON value, each with one place gone, null, of another type, or holding what nobody has heard of. */
export function* mutationsOf(value: unknown): Generator<Mutation> {
  let made = 0;
  for (const path of placesIn(value, [])) {
    for (const [how, change] of changesOf(valueAt(value, path))) {
      // Nothing at all is no JSON any more.
      if ('gone' in change && path.length === 0) continue;
      if (made++ === MOST) return;
      yield {
        at: `${how} at $${path.map((step) => `[${JSON.stringify(step)}]`).join('')}`,
        value: changed(value, path, change),
      };
    }
  }
}

type Path = readonly (string | number)[];
type Change = { readonly gone: true } | { readonly value: unknown };

function* placesIn(value: unknown, path: Path): Generator<Path> {
  yield path;
  if (Array.isArray(value)) {
    // The members of a list are alike.
    if (value.length > 0) yield* placesIn(value[0], [...path, 0]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) yield* placesIn(member, [...path, key]);
  }
}

function changesOf(value: unknown): (readonly [string, Change])[] {
  const other: readonly (readonly [string, unknown])[] =
    typeof value === 'string'
      ? [
          ['a number for a text', 12_345],
          ['an unheard of text', UNHEARD],
          ['an empty text', ''],
        ]
      : typeof value === 'number'
        ? [
            ['a text for a number', UNHEARD],
            ['a negative number', -1],
          ]
        : typeof value === 'boolean'
          ? [['a text for a boolean', UNHEARD]]
          : Array.isArray(value)
            ? [
                ['an object for a list', {}],
                ['an empty list', []],
              ]
            : [['a list for an object', []]];
  return [
    ['nothing', { gone: true }],
    ['null', { value: null }],
    ...other.map(([how, changed]) => [how, { value: changed }] as const),
  ];
}

const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, step) => (at as Record<string | number, unknown>)[step], value);

function changed(value: unknown, path: Path, change: Change): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return 'gone' in change ? undefined : change.value;
  if (Array.isArray(value)) {
    const inner = changed(value[step as number], rest, change);
    return inner === undefined ? value.slice(1) : value.with(step as number, inner);
  }
  const { [step]: member, ...others } = value as Record<string, unknown>;
  const inner = changed(member, rest, change);
  return inner === undefined ? others : { ...others, [step]: inner };
}

/** Copies of a text such as XML: cut off, emptied, an element's text replaced, and with entities that must not be resolved. */
export function* textMutationsOf(text: string): Generator<Mutation<string>> {
  yield { at: 'an empty body', value: '' };
  yield { at: 'a third of the body', value: text.slice(0, Math.floor(text.length / 3)) };
  yield { at: 'a page instead', value: '<!doctype html><html><body>Trang thông báo</body></html>' };
  yield { at: 'an entity', value: withEntity(text) };
  let made = 0;
  for (const { index, 0: found, 1: inner } of text.matchAll(/>([^<>]+)</g)) {
    if (made++ === MOST || inner!.trim() === '') continue;
    const end = index + found.length;
    for (const other of [UNHEARD, ''])
      yield {
        at: `"${other}" in place of a text at ${index}`,
        value: `${text.slice(0, index)}>${other}<${text.slice(end)}`,
      };
  }
}

/** What an entity stands for; it must show up nowhere. */
export const ENTITY_TEXT = 'resolved-entity';

function withEntity(text: string): string {
  const declaration = `<!DOCTYPE x [<!ENTITY e "${ENTITY_TEXT}">]>`;
  const body = text.replace(/>([^<>\s][^<>]*)</, '>&e;<');
  return body.startsWith('<?xml') ? body.replace('?>', `?>${declaration}`) : declaration + body;
}
