/** @module Which procedures VBDLIS takes, by its list of processes: their names, limits and fees it does not tell. */
import type { CatalogueSource } from '../../src/capabilities/catalogue.ts';
import type { ConnectorContext } from '../../src/connector/define.ts';
import { read } from './call.ts';
import { type CatalogueRow, processesOf } from './province-mapping.ts';
import * as wire from './province-wire.ts';
import type { Settings } from './settings.ts';

export const PROCESSES = 'GetDanhMucThuTuc';

export async function readProcesses(context: ConnectorContext<Settings>): Promise<CatalogueRow[]> {
  const asked = { operation: PROCESSES, method: 'GET', path: `/${PROCESSES}` } as const;
  return processesOf((await read(context, asked, wire.procedures)) ?? []);
}

export const landCatalogue = (context: ConnectorContext<Settings>): CatalogueSource => ({
  name: context.upstream.name,
  covers: 'own',
  async listProcedures() {
    const processes = await readProcesses(context);
    // A procedure may have several processes, and a process's name is not the procedure's.
    const codes = new Set(processes.flatMap(({ of }) => (of === null || of === '' ? [] : [of])));
    return [...codes].map((code) => ({ code, name: null, sector: null, limit: null, fees: null, unread: [] }));
  },
});
