/** @module The answers of an exercise, recorded once and given back as often as one likes, without the upstream. */
import { contextOf } from '../connections.ts';
import type { Client, ConnectorContext } from '../define.ts';
import type { UpstreamCall } from '../upstream.ts';
import { UpstreamError } from '../upstream-error.ts';
import type { Subject } from './subject.ts';

type Context = ConnectorContext<Readonly<Record<string, unknown>>>;

/** An answer as it came. */
export type Answer = { readonly json: unknown } | { readonly text: string };

export interface Recorded {
  readonly answer: Answer;
  /** The numbers that the question was given for itself: its answer repeats them. */
  readonly ids: readonly string[];
}

/** A context that calls the upstream and writes down what it answers. */
export function recording({ connector, settings }: Subject, upstream: Client, into: Recorded[]): Context {
  const client: Client = {
    name: upstream.name,
    async json(call) {
      const json = await upstream.json(call);
      into.push({ answer: { json }, ids: idsIn(call) });
      return json;
    },
    async text(call) {
      const text = await upstream.text(call);
      into.push({ answer: { text }, ids: idsIn(call) });
      return text;
    },
  };
  return contextOf(connector, { settings, upstream: client, now: Date.now });
}

/** A context that gives back what was recorded, in order; a call beyond it finds the upstream gone. */
export function replaying({ connector, settings }: Subject, recorded: readonly Recorded[]): Context {
  const left = [...recorded];
  const next = (call: UpstreamCall): Answer => {
    const found = left.shift();
    if (found) return withIds(found, idsIn(call));
    throw new UpstreamError('unavailable', {
      upstream: connector.name,
      operation: call.operation,
      outcome: 'not-done',
    });
  };
  const client: Client = {
    name: connector.name,
    async json(call) {
      const answer = next(call);
      return 'json' in answer ? answer.json : answer.text;
    },
    async text(call) {
      const answer = next(call);
      return 'text' in answer ? answer.text : JSON.stringify(answer.json);
    },
  };
  return contextOf(connector, { settings, upstream: client, now: Date.now });
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

const idsIn = ({ json, form, xml, path, query, headers }: UpstreamCall): string[] =>
  JSON.stringify({ json, form, xml, path, query, headers }).match(UUID) ?? [];

/** The answer with the numbers of the new question in place of those of the old one. */
function withIds({ answer, ids }: Recorded, now: readonly string[]): Answer {
  const renewed = (text: string): string =>
    ids.reduce((sofar, id, index) => (now[index] ? sofar.replaceAll(id, now[index]) : sofar), text);
  if ('text' in answer) return { text: renewed(answer.text) };
  return answer.json === undefined ? answer : { json: JSON.parse(renewed(JSON.stringify(answer.json))) };
}
