/** @module The operator of a fault run: starts reconciliations, and decides by the API about what the gateways leave to people. */
import { expect, vi } from 'vitest';
import { OPERATOR_SCOPES, putClient } from '../../src/access/clients.ts';
import { isoDate } from '../../src/deadlines/local-time.ts';
import { hashSecret } from '../../src/http/issuer.ts';
import { findRun, insertRun, type Run } from '../../src/reconciliation/store.ts';
import { DAY, HOUR, MINUTE } from '../../src/units.ts';
import type { Scene } from './scene.ts';
import { RUN_DAY } from './stories.ts';

const ON = isoDate((RUN_DAY + 7 * HOUR) / DAY);
const CLIENT = { clientId: 'operator', secret: 'an operator of a fault run' };

/** A difference that the gateways could not mend by themselves. */
export interface Leftover {
  readonly id: number;
  readonly kind: string;
  readonly state: string;
  readonly repairs: number;
  /** How often its dossier was sent again, for whatever reason. */
  readonly generation: number;
}

export class Operator {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /** Starts a reconciliation that repairs, unless one still compares. @returns null where one does */
  async start(): Promise<string | null> {
    const { pool } = this.#scene;
    const { rows } = await pool.query(
      "select from reconciliation_run where state = 'running' and position is not null",
    );
    if (rows.length > 0) return null;
    const scope = { destination: 'national-portal', agencyCode: 'H15', procedureCode: null, from: ON, to: ON };
    return insertRun(pool, scope, { repair: true, dryRun: false, requestedBy: CLIENT.clientId, now: Date.now() });
  }

  /** A reconciliation from its beginning to its end, after all that are under way. */
  async reconcile(): Promise<Run> {
    const { pool } = this.#scene;
    await this.#isOver();
    const id = await this.start();
    await this.#isOver();
    return (await findRun(pool, id!))!;
  }

  async #isOver(): Promise<void> {
    const running = "select from reconciliation_run where state = 'running'";
    await vi.waitFor(async () => expect((await this.#scene.pool.query(running)).rows).toEqual([]), {
      timeout: 3 * MINUTE,
      interval: 200,
    });
  }

  async leftovers(): Promise<Leftover[]> {
    const { rows } = await this.#scene.pool.query<Leftover>(
      `select id, kind, state, repairs, coalesce(generation, 0) as generation from difference d left join sync_state s using (destination, dossier_id)
       where state <> 'repaired' order by id`,
    );
    return rows;
  }

  /** Gives the word that these are mended once more. @returns how many will be */
  async repair(ids: readonly number[], reason: string): Promise<number> {
    const { pool, replicas } = this.#scene;
    await putClient(pool, {
      clientId: CLIENT.clientId,
      secretHash: hashSecret(CLIENT.secret),
      scopes: OPERATOR_SCOPES,
      agencies: ['H15'],
    });
    const { access_token: token } = await answered<{ access_token: string }>(`${replicas[0]!.url}/oauth2/token`, {
      headers: { authorization: `Basic ${btoa(`${CLIENT.clientId}:${CLIENT.secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    const { repairing } = await answered<{ repairing: number }>(`${replicas[0]!.url}/v1/differences/repair`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ids, reason }),
    });
    return repairing;
  }
}

async function answered<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, { method: 'POST', ...init });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} was answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
