/** @module `lienthong catalogue …`: what other sides' catalogues say differently, from the command line; the running worker does the looking. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type pg from 'pg';
import { recordDeed } from '../audit/deed.ts';
import { createAudit } from '../audit/record.ts';
import { toKeptAnswer, toListAnswer, toLookAnswer, toMisroutedAnswer } from '../catalogue/sides/answers.ts';
import { COVERS, type Covers } from '../catalogue/sides/kinds.ts';
import { LIST_KINDS, type ListKind } from '../catalogue/sides/list-read.ts';
import { listedSides, sidePattern } from '../catalogue/sides/list-store.ts';
import { takeList } from '../catalogue/sides/list-take.ts';
import { DOSSIERS, findLook, insertLook, partsOf } from '../catalogue/sides/look-store.ts';
import { listMisrouted } from '../catalogue/sides/routed-store.ts';
import { CATALOGUE_STATES, findKept, ignoreKept, listKept } from '../catalogue/sides/store.ts';
import { summaryOf } from '../catalogue/sides/summary.ts';
import { loadCatalogue } from '../catalogue/store.ts';
import { installedConnectors } from '../connector/registry.ts';
import { GatewayError } from '../errors.ts';
import type { Environment } from './database.ts';
import { CommandFault } from './fault.ts';
import { withSealedDatabase } from './sealed.ts';

interface Page {
  readonly after: number;
  readonly limit: number;
}

export type CatalogueAct =
  | { readonly act: 'look'; readonly side?: string; readonly author: string }
  | { readonly act: 'summary' }
  | ({ readonly act: 'differences'; readonly side?: string; readonly state?: string; readonly code?: string } & Page)
  | ({ readonly act: 'misrouted'; readonly system?: string } & Page)
  | {
      readonly act: 'ignore';
      readonly id: number;
      readonly until: string;
      readonly author: string;
      readonly reason: string;
    }
  | {
      readonly act: 'upload';
      readonly side: string;
      readonly kind: string;
      readonly file: string;
      readonly asOf: string;
      readonly covers: string;
      readonly author: string;
    };

/**
 * Does it and says what became of it.
 *
 * @throws CommandFault where it cannot be done
 */
export function catalogueSidesText(asked: CatalogueAct, env: Environment): Promise<string> {
  return withSealedDatabase(env, async (pool, { auditKey }) => {
    const done = await run(asked, { pool, env, auditKey, now: Date.now() });
    return `${JSON.stringify(done, null, 2)}\n`;
  });
}

interface Desk {
  readonly pool: pg.Pool;
  readonly env: Environment;
  readonly auditKey: string;
  readonly now: number;
}

function run(asked: CatalogueAct, desk: Desk): Promise<unknown> {
  switch (asked.act) {
    case 'look':
      return look(asked, desk);
    case 'summary':
      return summary(desk);
    case 'differences':
      return differences(asked, desk);
    case 'misrouted':
      return misrouted(asked, desk);
    case 'ignore':
      return ignore(asked, desk);
    case 'upload':
      return upload(asked, desk);
  }
}

type Asked<A extends CatalogueAct['act']> = Extract<CatalogueAct, { act: A }>;

async function look({ side, author }: Asked<'look'>, desk: Desk): Promise<unknown> {
  const { pool, now } = desk;
  const parts = side === undefined ? null : [side];
  if (side !== undefined) await mustBeKnown(side, desk);
  const id = (await insertLook(pool, { lookedOn: null, requestedBy: author, parts, now }))!;
  await audited('postCatalogueLook', author, { look: id, parts }, desk);
  return toLookAnswer((await findLook(pool, id))!, await partsOf(pool, [id]));
}

async function mustBeKnown(side: string, { pool, env }: Desk): Promise<void> {
  const connectors = await installedConnectors(env);
  const asked = connectors.flatMap(({ name, catalogue }) => (catalogue === undefined ? [] : [name]));
  const known = [...new Set([...asked, ...(await listedSides(pool)), DOSSIERS])];
  if (!known.includes(side)) throw new CommandFault(`Không biết danh mục của ${side}: chọn ${known.join(', ')}.`);
}

async function summary({ pool, now }: Desk): Promise<unknown> {
  return summaryOf(pool, await listedSides(pool), await everyAgency({ pool, now }), now);
}

async function differences(
  { side, state, code, after, limit }: Asked<'differences'>,
  { pool }: Desk,
): Promise<unknown> {
  const wanted = state === undefined ? null : (CATALOGUE_STATES.find((known) => known === state) ?? 'unknown');
  if (wanted === 'unknown') throw new CommandFault(`Không có trạng thái ${state}: ${CATALOGUE_STATES.join(', ')}.`);
  const filter = { side: side ?? null, subject: null, kind: null, state: wanted, code: code ?? null, after, limit };
  return { items: (await listKept(pool, filter)).map(toKeptAnswer) };
}

async function misrouted({ system, after, limit }: Asked<'misrouted'>, desk: Desk): Promise<unknown> {
  const own = await everyAgency(desk);
  const rows = await listMisrouted(desk.pool, { own, agency: null, system: system ?? null, after, limit });
  return { items: rows.map(toMisroutedAnswer) };
}

async function ignore({ id, until: end, author, reason }: Asked<'ignore'>, desk: Desk): Promise<unknown> {
  const { pool, now } = desk;
  const until = Date.parse(end);
  if (!(until > now)) throw new CommandFault('--until phải ở tương lai, như 2026-12-31T17:00+07:00.');
  const found = await findKept(pool, id);
  if (found === null) throw new CommandFault(`Không có sai lệch danh mục số ${id}.`);
  await audited('ignoreCatalogueDifference', author, { catalogueDifference: id, reason, until: end }, desk);
  if (!(await ignoreKept(pool, id, { by: author, reason, until }))) throw new CommandFault('Sai lệch này đã hết.');
  return toKeptAnswer((await findKept(pool, id)) ?? found);
}

async function upload(asked: Asked<'upload'>, desk: Desk): Promise<unknown> {
  const { side, file, author } = asked;
  const { pool, now } = desk;
  if (!sidePattern.test(side)) throw new CommandFault(`Tên bên chỉ gồm chữ thường, số và gạch nối: ${side}.`);
  const kind = oneOf<ListKind>(LIST_KINDS, asked.kind, 'loại danh mục');
  const covers = oneOf<Covers>(COVERS, asked.covers, 'phạm vi');
  const asOf = Date.parse(asked.asOf);
  if (Number.isNaN(asOf) || asOf > now)
    throw new CommandFault(
      'Nêu --as-of: lúc danh mục của bên đó đúng như vậy, như 2026-04-01T08:00+07:00, không ở tương lai.',
    );
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandFault(`Không mở được tệp ${file} (${error.code}).`);
  });
  try {
    const list = { side, kind, covers, fileName: basename(file), asOf, clientId: author, officer: null };
    const taken = await takeList(pool, handle.createReadStream(), list, now);
    await audited('postCatalogueList', author, { list: taken.id, side, kind, covers, rows: taken.rows }, desk);
    return toListAnswer(taken);
  } catch (error) {
    if (error instanceof GatewayError) throw new CommandFault(error.facts.detailVi ?? error.message);
    throw error;
  } finally {
    await handle.close();
  }
}

function oneOf<T extends string>(known: readonly T[], asked: string, what: string): T {
  const found = known.find((one) => one === asked);
  if (found === undefined) throw new CommandFault(`Không có ${what} ${asked}: chọn ${known.join(', ')}.`);
  return found;
}

/** Whoever reaches the database may see the dossiers of every agency that is known. */
async function everyAgency({ pool, now }: Pick<Desk, 'pool' | 'now'>): Promise<readonly string[]> {
  const { agencies, data } = await loadCatalogue(pool);
  return agencies.asOf(now).codesUnder(data.agencies.map(({ code }) => code));
}

async function audited(
  operation: string,
  author: string,
  details: Readonly<Record<string, unknown>>,
  { pool, auditKey, now }: Desk,
): Promise<void> {
  await recordDeed(createAudit(pool, { targetKey: auditKey }), { at: now, clientId: author, operation, details });
}
