/** @module Alerts as people read and acknowledge them. One function per statement. */
import { within } from '../agencies/within.ts';
import type { Queryable } from '../db/queryable.ts';

export interface AlertRow {
  readonly id: number;
  readonly kind: string;
  readonly dossierCode: string | null;
  /** Agencies of the dossier; null for an alert about a source. */
  readonly agencies: string[] | null;
  readonly agencyCode: string | null;
  readonly raisedAt: number;
  readonly clearedAt: number | null;
  readonly acknowledgedAt: number | null;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedReason: string | null;
  readonly detail: Record<string, unknown>;
}

export const ALERT_STATES = ['open', 'acknowledged', 'cleared'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

const ALERT = `
  a.id, a.kind, d.code as "dossierCode", d.agencies, coalesce(d.agency_code, a.agency_code) as "agencyCode", a.raised_at as "raisedAt",
  a.cleared_at as "clearedAt", a.acknowledged_at as "acknowledgedAt", a.acknowledged_by as "acknowledgedBy",
  a.acknowledged_reason as "acknowledgedReason", a.detail`;

const IN_STATE: Readonly<Record<AlertState, string>> = {
  open: 'a.cleared_at is null and a.acknowledged_at is null',
  acknowledged: 'a.cleared_at is null and a.acknowledged_at is not null',
  cleared: 'a.cleared_at is not null',
};

export interface AlertFilter {
  /** Codes of the agencies that count for the caller. */
  readonly own: readonly string[];
  /** Codes of those that count for the agency asked for. */
  readonly agency: readonly string[] | null;
  readonly kind: string | null;
  /** Kinds that the caller is not told of. */
  readonly without: readonly string[];
  readonly state: AlertState;
  /** Only alerts raised before the one with this id. */
  readonly before: number | null;
  readonly limit: number;
}

/** Newest first. What concerns no dossier (a source's clock) is everybody's to see, unless an agency is asked for. */
export async function listAlerts(db: Queryable, filter: AlertFilter): Promise<AlertRow[]> {
  const { rows } = await db.query<AlertRow>(
    `select ${ALERT} from alert a left join dossier d on d.id = a.dossier_id
     where ${IN_STATE[filter.state]} and ($4::bigint is null or a.id < $4) and ($3::text is null or a.kind = $3) and a.kind <> all($6::text[])
       and ($2::text[] is null or ${within('d.agencies', '$2')}) and (a.dossier_id is null or ${within('d.agencies', '$1')})
     order by a.id desc limit $5`,
    [filter.own, filter.agency, filter.kind, filter.before, filter.limit, filter.without],
  );
  return rows;
}

export async function findAlert(db: Queryable, id: number): Promise<AlertRow | null> {
  const { rows } = await db.query<AlertRow>(
    `select ${ALERT} from alert a left join dossier d on d.id = a.dossier_id where a.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The first acknowledgement stands; a later one changes nothing. */
export async function acknowledge(
  db: Queryable,
  id: number,
  by: string,
  reason: string | null,
  now: number,
): Promise<void> {
  await db.query(
    `update alert set acknowledged_at = to_timestamp($4::float8 / 1000), acknowledged_by = $2, acknowledged_reason = $3
     where id = $1 and acknowledged_at is null`,
    [id, by, reason, now],
  );
}
