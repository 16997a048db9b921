/** @module What the documentation tells to type is true: each command, option, path and parameter is there, and the operator's page works as it stands. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { program } from '../../src/cli/program.ts';
import type { Route } from '../../src/http/route.ts';
import { startPlanted } from '../support/planted.ts';
import type { Product } from '../support/product.ts';
import { blocksOf, callsIn, codeOf, commandsIn, page, pages } from './pages.ts';
import { Scene } from './scene.ts';
import { runScript } from './shell.ts';

const OPERATOR = 'docs/en/operator.md';

let product: Product;
let routes: readonly Route[];
beforeAll(async () => {
  // Nothing is read back by itself: what the portal is made to show stays until it is compared.
  product = await startPlanted({ SYNC_READ_BACK_AFTER_MS: '3600000' });
  routes = product.deps.app.routes;
});
afterAll(() => product.stop());

/** What is wrong with a command as it stands; null where it is one. */
function faultOfCommand(words: readonly string[]): string | null {
  let command: Command = program;
  let read = 0;
  for (let next: Command | undefined; ; read++) {
    next = command.commands.find((one) => one.name() === words[read]);
    if (next === undefined) break;
    command = next;
  }
  const named = words[read];
  if (command.commands.length > 0 && named !== undefined && !/^(?:--help|help|…)/.test(named))
    return `there is no command ${words.slice(0, read + 1).join(' ')}`;
  const unknown = words
    .filter((word) => word.startsWith('--') && word !== '--help' && word !== '--')
    .map((word) => word.replace(/=.*|[,.:)…]+$/g, ''))
    .filter((word) => !command.options.some(({ long }) => long === word));
  return unknown.length === 0 ? null : `${words.slice(0, read).join(' ')} has no ${unknown.join(', ')}`;
}

/** A path as it is told, with placeholders, against one that is declared, with parameters. */
function isOf(told: string, declared: string): boolean {
  const wanted = declared.split('/');
  const given = told.split('/');
  return (
    wanted.length === given.length &&
    given.every((part, i) => {
      const fixed = /^[^{<$*]*/.exec(part)![0];
      return wanted[i]!.startsWith(':') || (fixed === part ? wanted[i] === part : wanted[i]!.startsWith(fixed));
    })
  );
}

function faultOfCall(method: string | null, told: string): string | null {
  const [path, query = ''] = told.split('?') as [string, string?];
  if (path.includes('…') || path === '/v1/') return null;
  const found = routes.filter((route) => isOf(path, route.path) && (method ?? route.method) === route.method);
  if (found.length === 0) return `there is no ${method ?? ''} ${path}`;
  const names = [...query.matchAll(/(?:^|&)([A-Za-z]+)=/g)].map(([, name]) => name!);
  const isTaken = (name: string): boolean => found.some((route) => name in (route.query?.shape ?? {}));
  const unknown = names.filter((name) => !isTaken(name));
  return unknown.length === 0 ? null : `${path} takes no ${unknown.join(', ')}`;
}

/** They make a connector that is not installed. */
const TUTORIALS = ['docs/en/write-a-connector.md', 'docs/vi/viet-ket-noi.md'];

it('every page names only commands, options, paths and parameters that there are', () => {
  const faults = pages().flatMap((path) => {
    const code = codeOf(page(path));
    const calls = TUTORIALS.includes(path) ? [] : code.flatMap(callsIn);
    return [
      ...code.flatMap(commandsIn).map(faultOfCommand),
      ...calls.map(({ method, path: told }) => faultOfCall(method, told)),
    ].flatMap((fault) => (fault === null ? [] : [`${path}: ${fault}`]));
  });
  expect(faults).toEqual([]);
});

it('a command, an option, a path or a parameter that is not there is found', () => {
  const text =
    '```sh\nlienthong destination retire X\nlienthong quarantine list --why x\nsee nothing\nsee quarantine?why=x\n```\n`PUT /v1/events`';
  const code = codeOf(text);
  expect(code.flatMap(commandsIn).map(faultOfCommand)).toEqual([
    'there is no command destination retire',
    'quarantine list has no --why',
  ]);
  expect(code.flatMap(callsIn).map((told) => faultOfCall(told.method, told.path))).toEqual([
    'there is no GET /v1/nothing',
    '/v1/quarantine takes no why',
    'there is no PUT /v1/events',
  ]);
});

it('both languages tell an operator to type the same', () => {
  const codes = (path: string): string[] => blocksOf(page(path)).map(({ code }) => code);
  expect(codes('docs/vi/nguoi-van-hanh.md')).toEqual(codes(OPERATOR));
});

/** What an operator may decide about, and look at to decide it. */
const HANDS = /^(?:sync|quarantine|reconciliation|incidents)\.|^dossiers\.correct$/;
/** Told elsewhere: how a province moves in, and what is done about catalogues. */
const ELSEWHERE =
  /^(?:get|put)SyncPolicies$|^compareDestination$|^getReadiness$|^listOtherWriters$|^listMisroutedDossiers$|^getIncidentAttachment$/;
const GROUPS = ['destination', 'quarantine', 'dossier', 'reconcile', 'incident', 'evidence', 'report'];

it('the operator’s page works as it stands, and leaves out nothing that an operator may do', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lienthong-operator-'));
  const scene = new Scene(product);
  await scene.begin();
  await writeFile(join(folder, 'cong.csv'), scene.exported());
  await writeFile(join(folder, 'man-hinh.png'), scene.screen);
  const ran = await runScript(blocksOf(page(OPERATOR)), {
    folder,
    before: (heading) => scene.set(heading),
    variables: { G: product.url },
    settings: scene.settings(),
  });
  expect(ran.fault).toBe('');
  expect(ran.printed).toContain('Signature Verified Successfully');

  const called = await scene.operationsCalled();
  const hands = routes.filter(({ scope, id }) => HANDS.test(scope) && !ELSEWHERE.test(id)).map(({ id }) => id);
  expect(hands.filter((id) => !called.has(id))).toEqual([]);
  const commands = program.commands
    .filter((one) => GROUPS.includes(one.name()))
    .flatMap((group) => group.commands.map((leaf) => `${group.name()} ${leaf.name()}`));
  const typed = new Set(ran.commands.map(([group, leaf]) => `${group} ${leaf}`));
  expect(commands.filter((command) => !typed.has(command))).toEqual([]);
  await rm(folder, { recursive: true });
}, 300_000);
