/** @module `lienthong reconcile …`: what the API does for operators, over the database, for every agency; answers as the API's. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type pg from 'pg';
import { recordDeed } from '../audit/deed.ts';
import { createAudit } from '../audit/record.ts';
import { loadCatalogue, loadProfiles } from '../catalogue/store.ts';
import { loadConfig } from '../config.ts';
import { GatewayError } from '../errors.ts';
import { toDifferenceAnswer, toRunAnswer } from '../reconciliation/answers.ts';
import { furtherHeaders, furtherStatuses } from '../reconciliation/export-columns.ts';
import { takeExport } from '../reconciliation/export-take.ts';
import { DIFFERENCE_KINDS, KINDS } from '../reconciliation/kinds.ts';
import * as readStore from '../reconciliation/read-store.ts';
import { endRun, findRun, insertRun, listRuns, type Run } from '../reconciliation/store.ts';
import { profileAt } from '../sync/profile.ts';
import type { Environment } from './database.ts';
import { CommandFault } from './fault.ts';
import { withSealedDatabase } from './sealed.ts';

interface Author {
  readonly author: string;
  readonly reason: string;
}

interface StartOptions {
  readonly from?: string;
  readonly to?: string;
  readonly agency: string;
  readonly procedure?: string;
  readonly destination: string;
  readonly export?: string;
  readonly asOf?: string;
  readonly extent: Run['extent'];
  readonly repair: boolean;
  readonly dryRun: boolean;
  readonly author: string;
}

export type ReconcileAct =
  | ({ readonly act: 'start' } & StartOptions)
  | { readonly act: 'show'; readonly run: string | null }
  | ({ readonly act: 'cancel'; readonly run: string } & Author)
  | {
      readonly act: 'differences';
      readonly run?: string;
      readonly kind?: string;
      readonly state?: string;
      readonly dossier?: string;
      readonly after: number;
      readonly limit: number;
    }
  | ({
      readonly act: 'repair';
      readonly ids: readonly number[];
      readonly kind?: string;
      readonly cause?: string;
      readonly destination: string;
    } & Author)
  | ({ readonly act: 'ignore'; readonly id: number; readonly until: string } & Author);

/** What is mended with one word, at most. */
const AT_ONCE = 1_000;
const NEWEST = 20;

/**
 * Does it and says what became of it.
 *
 * @throws CommandFault where it cannot be done
 */
export function reconcileText(asked: ReconcileAct, env: Environment): Promise<string> {
  return withSealedDatabase(env, async (pool, { auditKey }) => {
    const command = new ReconcileCommand(pool, env, auditKey);
    return `${JSON.stringify(await command.run(asked), null, 2)}\n`;
  });
}

class ReconcileCommand {
  readonly #pool: pg.Pool;
  readonly #env: Environment;
  readonly #auditKey: string;
  readonly #now = Date.now();

  constructor(pool: pg.Pool, env: Environment, auditKey: string) {
    this.#pool = pool;
    this.#env = env;
    this.#auditKey = auditKey;
  }

  run(asked: ReconcileAct): Promise<unknown> {
    switch (asked.act) {
      case 'start':
        return this.#start(asked);
      case 'show':
        return this.#show(asked.run);
      case 'cancel':
        return this.#cancel(asked);
      case 'differences':
        return this.#differences(asked);
      case 'repair':
        return this.#repair(asked);
      case 'ignore':
        return this.#ignore(asked);
    }
  }

  async #start(asked: StartOptions): Promise<unknown> {
    const { destination, agency, procedure: procedureCode = null, extent, repair, dryRun, author } = asked;
    const { from, to } = asked;
    if (!from || !to) throw new CommandFault('Nêu --from và --to (ngày tiếp nhận, YYYY-MM-DD).');
    for (const date of [from, to])
      if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date)))
        throw new CommandFault(`Không phải ngày: ${date}. Ghi như 2026-03-31.`);
    if (from > to) throw new CommandFault('--to phải sau --from.');
    const catalogue = await loadCatalogue(this.#pool);
    if (!catalogue.agency(agency)) throw new CommandFault(`Không có cơ quan ${agency} trong danh mục.`);
    const scope = { destination, agencyCode: agency, procedureCode, from, to };
    const exportId = asked.export === undefined ? null : await this.#upload(asked, scope);
    const how = { repair, dryRun, extent, exportId, requestedBy: author, now: this.#now };
    const id = await insertRun(this.#pool, scope, how);
    await this.#audited('startReconciliation', author, { run: id, ...scope, exportId, repair, dryRun });
    return this.#show(id);
  }

  async #upload(
    { export: path = '', asOf, author }: StartOptions,
    scope: { destination: string; agencyCode: string; procedureCode: string | null; from: string; to: string },
  ): Promise<number> {
    const madeAt = Date.parse(asOf ?? '');
    if (Number.isNaN(madeAt))
      throw new CommandFault('Nêu --as-of: lúc kết xuất danh sách, như 2026-04-01T08:00+07:00.');
    const config = loadConfig(this.#env);
    const profile = profileAt(await loadProfiles(this.#pool), scope.destination, this.#now);
    if (profile === null) throw new CommandFault(`Không có hệ thống nhận ${scope.destination}.`);
    const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
      throw new CommandFault(`Không mở được tệp ${path} (${error.code}).`);
    });
    try {
      const words = {
        headers: furtherHeaders.parse(JSON.parse(config.RECONCILE_EXPORT_COLUMNS)),
        statuses: furtherStatuses.parse(JSON.parse(config.RECONCILE_EXPORT_STATUSES)),
      };
      const options = { db: this.#pool, words, profile, bytesAtMost: Number.MAX_SAFE_INTEGER, now: Date.now };
      const made = { ...scope, fileName: basename(path), asOf: madeAt, clientId: author, officer: null };
      const taken = await takeExport(options, handle.createReadStream(), made);
      process.stderr.write(
        `Danh sách số ${taken.id}: ${taken.rows} hồ sơ, ${taken.unread} dòng không đọc được hết; so: ${taken.tells.join(', ')}\n`,
      );
      return taken.id;
    } catch (error) {
      if (error instanceof GatewayError) throw new CommandFault(error.facts.detailVi ?? error.message);
      throw error;
    } finally {
      await handle.close();
    }
  }

  async #show(run: string | null): Promise<unknown> {
    const own = await this.#everyAgency();
    const answer = async (found: Run) =>
      toRunAnswer(found, await readStore.countByKind(this.#pool, found.id, own), this.#now);
    if (run !== null) return answer(await this.#find(run));
    const runs = await listRuns(this.#pool, null, NEWEST);
    return { items: await Promise.all(runs.map(answer)) };
  }

  async #find(id: string): Promise<Run> {
    const found = /^[0-9a-f-]{36}$/i.test(id) ? await findRun(this.#pool, id) : null;
    if (found === null) throw new CommandFault(`Không có lần đối soát ${id}.`);
    return found;
  }

  async #cancel({ run, author, reason }: { run: string } & Author): Promise<unknown> {
    const { id } = await this.#find(run);
    await this.#audited('cancelReconciliation', author, { run: id, reason });
    await endRun(this.#pool, id, 'cancelled', this.#now, reason);
    return this.#show(id);
  }

  async #differences(asked: Extract<ReconcileAct, { act: 'differences' }>): Promise<unknown> {
    const { run, kind = null, state = null, dossier = null, after, limit } = asked;
    const runId = run === undefined ? null : (await this.#find(run)).id;
    const own = await this.#everyAgency();
    const kinds = kind === null ? null : [kind];
    const filter = { own, runId, kinds, state, dossierCode: dossier, agency: null, seenBefore: null, after, limit };
    const rows = await readStore.listDifferences(this.#pool, filter);
    return { items: rows.map((row) => toDifferenceAnswer(row, this.#now)) };
  }

  async #repair(asked: Extract<ReconcileAct, { act: 'repair' }>): Promise<unknown> {
    const { ids, kind = null, cause = null, destination, author, reason } = asked;
    if (ids.length === 0 && kind === null && cause === null)
      throw new CommandFault('Nêu số của sai lệch, --kind hoặc --cause.');
    if (kind !== null && !DIFFERENCE_KINDS.some((known) => known === kind))
      throw new CommandFault(`Không có loại sai lệch ${kind}: ${DIFFERENCE_KINDS.join(', ')}.`);
    const filter = { own: await this.#everyAgency(), ids: ids.length === 0 ? null : ids, kind, cause };
    const rows = await readStore.differencesToRepair(this.#pool, destination, filter, AT_ONCE);
    const repairing = rows.filter((row) => KINDS[row.kind].repair !== null).map(({ id }) => id);
    await this.#audited('repairDifferences', author, { ids, kind, cause, reason, repairing: repairing.length });
    await readStore.markRepairing(this.#pool, repairing, { by: author, reason, now: this.#now });
    return { repairing: repairing.length, skipped: rows.length - repairing.length };
  }

  async #ignore(asked: Extract<ReconcileAct, { act: 'ignore' }>): Promise<unknown> {
    const { id, author, reason } = asked;
    const until = Date.parse(asked.until);
    if (!(until > this.#now)) throw new CommandFault('--until phải ở tương lai, như 2026-12-31T17:00+07:00.');
    const found = await readStore.findDifference(this.#pool, id);
    if (found === null || found.state === 'found') throw new CommandFault(`Không có sai lệch số ${id}.`);
    await this.#audited('ignoreDifference', author, { difference: id, reason, until: asked.until }, found.dossierCode);
    if (!(await readStore.ignore(this.#pool, id, { by: author, reason, until })))
      throw new CommandFault('Sai lệch này đã hết.');
    return toDifferenceAnswer((await readStore.findDifference(this.#pool, id)) ?? found, this.#now);
  }

  /** Whoever reaches the database may decide for every agency that is known. */
  async #everyAgency(): Promise<readonly string[]> {
    const { agencies, data } = await loadCatalogue(this.#pool);
    return agencies.asOf(this.#now).codesUnder(data.agencies.map(({ code }) => code));
  }

  async #audited(
    operation: string,
    author: string,
    details: Readonly<Record<string, unknown>>,
    dossier: string | null = null,
  ): Promise<void> {
    const audit = createAudit(this.#pool, { targetKey: this.#auditKey });
    await recordDeed(audit, { at: this.#now, clientId: author, dossier, operation, details });
  }
}
