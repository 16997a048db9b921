/** @module What processes tell each other of upstreams, in the database. */
import type { Queryable } from '../db/queryable.ts';
import { HOUR, SECOND } from '../units.ts';
import type { HealthReport } from './health.ts';

/** A process that has said nothing for so long is gone or stuck. */
const REPORTS_COUNT_FOR = 30 * SECOND;

/** Writes what this process sees of every upstream, and removes what processes long gone have left. */
export async function writeReports(
  db: Queryable,
  instance: string,
  reports: ReadonlyMap<string, HealthReport>,
): Promise<void> {
  await db.query({
    name: 'connector-health-write',
    text: `with gone as (delete from connector_health where reported_at < now() - $4::float8 * interval '1 ms')
           insert into connector_health (connector, instance, report)
           select connector, $1, report from unnest($2::text[], $3::jsonb[]) as reported (connector, report)
           on conflict (connector, instance) do update set report = excluded.report, reported_at = now()`,
    values: [instance, [...reports.keys()], [...reports.values()].map((report) => JSON.stringify(report)), HOUR],
  });
}

/** What the other processes see at present, by connector. */
export async function readReports(db: Queryable, otherThan: string): Promise<Map<string, HealthReport[]>> {
  const { rows } = await db.query<{ connector: string; report: HealthReport }>({
    name: 'connector-health-read',
    text: `select connector, report from connector_health
           where instance <> $1 and reported_at > now() - $2::float8 * interval '1 ms' order by connector, instance`,
    values: [otherThan, REPORTS_COUNT_FOR],
  });
  const reports = new Map<string, HealthReport[]>();
  for (const { connector, report } of rows) reports.set(connector, [...(reports.get(connector) ?? []), report]);
  return reports;
}
