/** @module What the document says of S3. */
import { readFileSync } from 'node:fs';
import { median, show, spread } from '../figures.ts';
import { fileOf } from '../processes.ts';
import { EXPRESS, GATEWAY, GATEWAY_ANEW, HTTP_PROXY } from './contestants.ts';
import { costsOfS3 } from './figures.ts';
import { LAYERS } from './layers.ts';
import type { MeasuredLookups, S3Result } from './s3.ts';

export function lookupText(result: S3Result): string {
  const { devDependencies: versions } = JSON.parse(readFileSync(fileOf('package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const { rounds, seconds, connections, registryAlone } = result;
  const names = Object.keys(rounds).filter((name) => !(LAYERS as readonly string[]).includes(name));
  const packages = [HTTP_PROXY, 'express', 'http-proxy-middleware']
    .map((name) => `${name} ${versions[name]}`)
    .join(', ');
  const others = Object.values(rounds).flatMap((measured) => measured.map(({ othersCores }) => othersCores));
  return `## One lookup (S3)

A question about a person goes to a registry that answers at once, over ${connections} keep-alive connections, ${seconds} s at a time, everybody in turn. The
gateway does everything it does in production: token, scope, purpose and officer, validation of question and answer, parsing and mapping of the
registry's answer, bulkhead and breaker, a durable audit row before the answer leaves, metrics, a log line. The others pass the
question on (${packages}; nginx with one worker; \`${EXPRESS}\` with kept connections) and do none of that.
*Every token new* is the worst case: each call carries a token that the gateway does not remember. The registry asked directly: ${show(median(registryAlone))} lookups/s.
Other work kept ${show(median(others))} cores of the machine busy meanwhile (${spread(others)}). What was tried to make a lookup cheaper, and what it gave: [the lookup's path](../decisions/lookup-path.md).

| who | lookups/s | p50 ms | p99 ms | CPU of the process for each, µs | memory MiB |
|---|---|---|---|---|---|
${names.map((name) => rowOf(name, rounds[name]!)).join('\n')}

What each layer of the gateway costs, one added to those before it:

| layer | CPU for each lookup, µs | more than before, µs |
|---|---|---|
${costsOfS3(result)
  .map(({ step, micros, added }) => `| ${wordsOf(step)} | ${micros} | ${added} |`)
  .join('\n')}
`;
}

const WORDS: Readonly<Record<string, string>> = {
  [GATEWAY]: 'everything, as `serve --role gateway` runs it',
  [GATEWAY_ANEW]: 'the same, every token new',
};
const wordsOf = (step: string): string => WORDS[step] ?? step;

function rowOf(name: string, measured: readonly MeasuredLookups[]): string {
  const of = (pick: (one: MeasuredLookups) => number): string => show(median(measured.map(pick)));
  const cells = [of((one) => one.perSecond), of(({ p50 }) => p50), of(({ p99 }) => p99), of((one) => one.cpuMicros)];
  return `| ${[name, ...cells, of((one) => one.memoryMiB)].join(' | ')} |`;
}
