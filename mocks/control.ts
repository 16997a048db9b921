/** @module The control plane beside the wires: faults, what was seen, statistics, acts, settings, reset. */

import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse/sync';
import { faultsSchema } from './faults.ts';
import { readBody } from './read-body.ts';
import type { RunningSystem } from './running-system.ts';
import { type Seen, shownRecord } from './seen.ts';
import { type Act, ActRefused, type Answer, jsonAnswer, type SettingsEntry } from './simulator.ts';

export type RunningSystems = ReadonlyMap<string, RunningSystem>;

const problem = (status: number, message: string, more: object = {}): Answer =>
  jsonAnswer({ message, ...more }, status);

/** Answers `/_…`; the path is known to begin so. */
export async function answerControl(
  systems: RunningSystems,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  query: URLSearchParams,
): Promise<void> {
  const [, plane = '', id] = path.split('/');
  const body = (await readBody(request)) ?? '';
  if (plane === '_seen' && request.method === 'GET' && id !== undefined && !query.has('dossier')) {
    const system = systems.get(id);
    if (system) return streamSeen(system, response);
  }
  const answer = await answerOf(systems, request.method ?? 'GET', plane, id, body, query);
  await Promise.all([...systems.values()].map((system) => system.written()));
  response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(answer.body);
}

async function answerOf(
  systems: RunningSystems,
  method: string,
  plane: string,
  id: string | undefined,
  body: string,
  query: URLSearchParams,
): Promise<Answer> {
  if (id === undefined) {
    if (plane === '_health' && method === 'GET') return jsonAnswer({ status: 'ok' });
    if (plane === '_systems' && method === 'GET') return jsonAnswer({ items: listSystems(systems) });
    if (plane === '_reset' && method === 'POST') {
      for (const system of systems.values()) system.reset();
      return jsonAnswer({ reset: true });
    }
    return problem(404, `nothing answers ${method} /${plane}`);
  }
  const system = systems.get(id);
  if (!system) return problem(404, `no system "${id}"; there are: ${[...systems.keys()].join(', ')}`);
  switch (`${method} ${plane}`) {
    case 'GET _faults':
      return jsonAnswer(system.plane.faults);
    case 'PUT _faults':
      return putFaults(system, readJson(body));
    case 'GET _seen':
      return jsonAnswer({ records: system.witness.of(query.get('dossier') ?? '').map(shownRecord) });
    case 'GET _stats':
      return jsonAnswer(statsOf(system));
    case 'GET _settings':
      return system.simulator.settings
        ? jsonAnswer(system.simulator.settings.current())
        : problem(404, `${id} has no settings`);
    case 'PUT _settings':
      return putSettings(system, readJson(body));
    case 'POST _act':
      return act(system, readJson(body));
    case 'POST _reset':
      system.reset();
      return jsonAnswer({ reset: true });
    default:
      return problem(404, `nothing answers ${method} /${plane}/${id}`);
  }
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

let names: ReadonlyMap<string, { vi: string; en: string; wire: string }> | null = null;

/** Names and confidence of `data/systems.csv`. */
function systemNames(): ReadonlyMap<string, { vi: string; en: string; wire: string }> {
  if (names === null) {
    const text = readFileSync(new URL('../data/systems.csv', import.meta.url), 'utf8');
    const rows = parse<Record<string, string>>(text, { columns: true, skip_empty_lines: true });
    names = new Map(rows.map((row) => [row.id!, { vi: row.name_vi!, en: row.name_en!, wire: row.wire! }]));
  }
  return names;
}

const listSystems = (systems: RunningSystems) =>
  [...systems.values()].map(({ id, plane }) => {
    const known = systemNames().get(id);
    return {
      id,
      name: { vi: known?.vi ?? id, en: known?.en ?? id },
      wire: known?.wire ?? 'assumed',
      faults: plane.faults,
    };
  });

function putFaults(system: RunningSystem, wanted: unknown): Answer {
  const parsed = faultsSchema.safeParse(wanted);
  if (parsed.success) {
    system.setFaults(parsed.data);
    return jsonAnswer(parsed.data);
  }
  const faults = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${key}: no such fault`)
      : [`${issue.path.join('.') || 'body'}: ${issue.message}`],
  );
  return problem(400, faults.join('; '), { faults });
}

function putSettings(system: RunningSystem, wanted: unknown): Answer {
  const { settings } = system.simulator;
  if (!settings) return problem(404, `${system.id} has no settings`);
  const faults = settings.faults(wanted);
  if (faults.length > 0 || !isObject(wanted)) return problem(400, faults.join('; '), { faults });
  const entry: SettingsEntry = { kind: 'settings', at: Date.now(), settings: wanted };
  system.keep(entry);
  return jsonAnswer(settings.current());
}

async function act(system: RunningSystem, wanted: unknown): Promise<Answer> {
  if (!isObject(wanted)) return problem(400, 'an act is a JSON object with "act" and "dossier"');
  try {
    return jsonAnswer(await system.simulator.act(wanted as Act));
  } catch (error) {
    if (error instanceof ActRefused) return problem(error.status, error.message);
    throw error;
  }
}

const statsOf = ({ tally, witness }: RunningSystem) => ({
  calls: tally.calls,
  effects: witness.effects,
  duplicates: witness.duplicates,
  refusals: tally.refusals,
  byService: tally.byService,
  faultsFired: tally.faultsFired,
});

const LINES_A_CHUNK = 500;

/** Everything a system received, as NDJSON; written in pieces, since it can be millions of lines. */
async function streamSeen(system: RunningSystem, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
  await pipeline(seenLines(system.witness.all), response);
}

/** What is there when it begins; what comes meanwhile is for the next asker. */
function* seenLines(all: readonly Seen[]): Generator<string> {
  const count = all.length;
  for (let start = 0; start < count; start += LINES_A_CHUNK) {
    let text = '';
    for (const seen of all.slice(start, Math.min(start + LINES_A_CHUNK, count))) {
      text += `${JSON.stringify({ dossier: seen.dossier, ...shownRecord(seen) })}\n`;
    }
    yield text;
  }
}
