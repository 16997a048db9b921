/** @module What is hashed is the canonical form of RFC 8785: its own examples, and the numbers of its appendix B. */
import canonicalize from 'canonicalize';
import { expect, test } from 'vitest';
import { digestOf } from '../../src/audit/record.ts';

test.each([
  [
    '3.2.2: literals, numbers and strings',
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  ],
  [
    '3.2.3: members in the order of their UTF-16 code units',
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}',
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  ],
  ['nothing is normalised', '{"a":"A\\u030a"}', '{"a":"A\u030a"}'],
  ['empty and nested', '[56,{"d":true,"10":null,"1":[]}]', '[56,{"1":[],"10":null,"d":true}]'],
])('%s', (_, text, canonical) => {
  expect(canonicalize(JSON.parse(text))).toBe(canonical);
});

/** IEEE 754 bits and how they are written. */
test.each([
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
])('appendix B: %s is written %s', (bits, written) => {
  expect(canonicalize(Buffer.from(bits, 'hex').readDoubleBE())).toBe(written);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s has no form', (number) => {
  expect(() => canonicalize({ number })).toThrow();
});

test('the digest of an entry is the SHA-256 of that form: anybody can compute it', () => {
  const row = {
    at: '2026-03-10T01:00:00.100Z',
    client_id: 'igate',
    officer: null,
    purpose: 'dossier-processing',
    dossier: 'H15.50-260310-0001',
    operation: 'lookupCitizen',
    target_hash: null,
    status: 200,
    trace_id: 'trace-1',
    details: { z: 1, note: 'Tết' },
  };
  expect(canonicalize(row)).toBe(
    '{"at":"2026-03-10T01:00:00.100Z","client_id":"igate","details":{"note":"Tết","z":1},"dossier":"H15.50-260310-0001","officer":null,"operation":"lookupCitizen","purpose":"dossier-processing","status":200,"target_hash":null,"trace_id":"trace-1"}',
  );
  expect(digestOf(row)).toBe('4eb121ac99f8365d520c2db5aeb1a730ed3d7bbcb4c327630c07673b4d394bc3');
});
