import { describe, expect, it } from 'vitest';
import { readJson } from '../../src/connector/read-json.ts';

const read = (text: string | Buffer) => readJson(Buffer.from(text), 'en');
const pathsOf = (text: string) => {
  const found = read(text);
  return found.ok ? [] : found.violations.map(({ path }) => path);
};

describe('an ordinary message is read', () => {
  it.each([
    ['an object', '{"a":[1,-2.5e3,true,null,{"b":"c"}],"d":{}}'],
    ['Vietnamese', '{"note":"Chờ thông báo thuế"}'],
    ['escapes and quotes', String.raw`{"a\"b":"x\\","c":"\/Date(1773108000000)\/","d":"\ud83c\uddfb"}`],
    ['brackets, colons and commas inside texts', '{"a":"{[,:]}","b":["]","}"]}'],
    ['equal names in different objects', '[{"a":1},{"a":{"a":2}}]'],
    ['blanks', ' \n{ "a" : [ ] , "b" : 0 }\t'],
    ['a bare value', '"x"'],
  ])('with %s', (_title, text) => {
    expect(read(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  it('behind a byte-order mark, which .NET writes', () => {
    expect(read(Buffer.from('\uFEFF{"a":1}'))).toEqual({ ok: true, value: { a: 1 } });
  });

  it('at 32 levels', () => {
    expect(read('['.repeat(32) + ']'.repeat(32)).ok).toBe(true);
  });
});

describe('what is no JSON is malformed', () => {
  it.each([
    ['invalid UTF-8', Buffer.from([0x22, 0xc3, 0x28, 0x22])],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le')],
    ['nothing', ''],
    ['half an object', '{"a":'],
    ['a raw U+0000 in a text', '{"a":"\0"}'],
    ['Infinity', '{"a":Infinity}'],
    ['a trailing comma', '{"a":1,}'],
  ])('%s', (_title, body) => {
    expect(read(body)).toMatchObject({ ok: false, malformed: true, violations: [{ path: '$' }] });
  });

  it('and is not quoted back, for it may hold personal data', () => {
    const found = read('{"name":"Nguyen Van An" oops');
    expect(JSON.stringify(found)).not.toContain('Nguyen');
  });
});

describe('JSON that two readers could understand differently is refused with its path', () => {
  it.each([
    ['a name twice', '{"data":[{},{"status":"paused","status":"resumed"}]}', ['$.data[1].status']],
    ['a name twice in two spellings', String.raw`{"status":1,"\u0073tatus":2}`, ['$.status']],
    ['__proto__', '{"data":{"__proto__":{"x":1}}}', ['$.data.__proto__']],
    ['constructor', '{"constructor":{"prototype":{}}}', ['$.constructor', '$.constructor.prototype']],
    ['an escaped __proto__', String.raw`{"\u005f_proto__":1}`, ['$.__proto__']],
    ['a number beyond 2^53', '{"id":[1,12345678901234567890]}', ['$.id[1]']],
    ['a number beyond all bounds', '{"amount":1e999}', ['$.amount']],
    ['U+0000 in a text', String.raw`{"note":"a\u0000b"}`, ['$.note']],
    ['half a surrogate pair', String.raw`{"note":"\ud800"}`, ['$.note']],
  ])('%s', (_title, text, paths) => {
    expect(read(text)).toMatchObject({ ok: false, malformed: false });
    expect(pathsOf(text)).toEqual(paths);
  });

  it('nesting of half a million levels', () => {
    const found = read('['.repeat(500_000) + ']'.repeat(500_000));
    expect(found).toMatchObject({
      ok: false,
      malformed: false,
      violations: [{ message: 'nested deeper than 32 levels' }],
    });
  });

  it('every fault at once', () => {
    expect(pathsOf('{"a":1,"a":2,"b":{"c":1e999,"__proto__":0}}')).toEqual(['$.a', '$.b.c', '$.b.__proto__']);
  });
});
