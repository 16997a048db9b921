/** @module Five years of an invented province, dossier by number, as both sides have them: by a rule, so that neither is stored twice. */
import { isoDate } from '../../src/deadlines/local-time.ts';
import { DAY, HOUR, MINUTE } from '../../src/units.ts';

/** How large, and from which day of receipt on (days since 1970-01-01 in Viet Nam). */
export interface FiveYears {
  readonly dossiers: number;
  readonly open: number;
  readonly firstDay: number;
  readonly days: number;
}

/** Those of a real province, by its own figures. */
export const PROVINCE = { dossiers: 4_556_476, open: 52_958 } as const;
const DAYS = 1826;

/** @param today days since 1970-01-01: the last day of receipt is the one before */
export const fiveYears = (dossiers: number, today: number): FiveYears => {
  const days = Math.max(2, Math.min(DAYS, Math.ceil(dossiers / 500)));
  return { dossiers, open: Math.round((dossiers * PROVINCE.open) / PROVINCE.dossiers), firstDay: today - days, days };
};

export const aDay = ({ dossiers, days }: FiveYears): number => Math.ceil(dossiers / days);

/** The numbers of the dossiers that were received on a day (from 0). */
export function numbersOf(years: FiveYears, day: number): { readonly from: number; readonly to: number } {
  const each = aDay(years);
  return { from: Math.min(day * each, years.dossiers), to: Math.min((day + 1) * each, years.dossiers) };
}

/** The ways in which the portal's side differs, one in a thousand dossiers. */
export const INJECTED = [
  'status-stale',
  'resume-lost',
  'appointment-differs',
  'channel-differs',
  'missing-at-portal',
  'missing-here',
] as const;
export type Injected = (typeof INJECTED)[number];

export function injectedAt(n: number): Injected | null {
  const thousand = Math.floor(n / 1000);
  // Now one that was never paused, now one that was.
  return n % 1000 === 500 + (thousand % 10) ? INJECTED[thousand % INJECTED.length]! : null;
}

/** How many of each kind a province of that size has. */
export function injectedIn({ dossiers }: FiveYears): Record<Injected, number> {
  const counts = Object.fromEntries(INJECTED.map((kind) => [kind, 0])) as Record<Injected, number>;
  for (let thousand = 0; thousand * 1000 < dossiers; thousand++) {
    const n = thousand * 1000 + 500 + (thousand % 10);
    if (n < dossiers) counts[injectedAt(n)!]++;
  }
  return counts;
}

const MIDNIGHT = -7 * HOUR;

export interface PortalDossier {
  readonly code: string;
  readonly status: string;
  readonly channel: string;
  readonly receivedAt: number;
  readonly appointmentAt: number;
}

export const PROCEDURE = '1.005129';

/** The dossier's number from its code; null for one that only the portal has. */
export function numberOf(code: string, years: FiveYears): number | null {
  const match = /^H15\.\d+-(\d{6})-(\d{5,7})$/.exec(code);
  if (match === null) return null;
  const [, date, sequence] = match;
  const day =
    Date.parse(`20${date!.slice(0, 2)}-${date!.slice(2, 4)}-${date!.slice(4)}T00:00:00Z`) / DAY - years.firstDay;
  return Number(sequence) > aDay(years) ? null : numbersOf(years, day).from + Number(sequence) - 1;
}

function codeOf(years: FiveYears, n: number, more = 0): string {
  const each = aDay(years);
  const day = Math.floor(n / each);
  const date = isoDate(years.firstDay + day)
    .slice(2)
    .replaceAll('-', '');
  return `H15.${50 + (n % 8)}-${date}-${String((n % each) + 1 + more).padStart(5, '0')}`;
}

/** What the portal shows of a dossier, wrong where a difference is injected; null: it lacks it. */
export function atPortal(years: FiveYears, n: number): PortalDossier | null {
  const injected = injectedAt(n);
  if (injected === 'missing-at-portal') return null;
  const midnight = (years.firstDay + Math.floor(n / aDay(years))) * DAY + MIDNIGHT;
  const status = statusCodeOf(years, n);
  return {
    code: codeOf(years, n),
    status: injected === 'status-stale' ? (status === '2' ? '1' : '2') : injected === 'resume-lost' ? '6' : status,
    channel: injected === 'channel-differs' ? '3' : n % 3 === 0 ? '1' : '2',
    receivedAt: midnight + 7.5 * HOUR + (n % 480) * MINUTE,
    appointmentAt:
      midnight +
      (n >= years.dossiers - years.open ? 60 : 10) * DAY +
      17 * HOUR +
      (injected === 'appointment-differs' ? DAY : 0),
  };
}

/** What the portal alone has. */
export function onlyAtPortal(years: FiveYears, n: number): PortalDossier | null {
  if (injectedAt(n) !== 'missing-here') return null;
  return { ...atPortal(years, n)!, code: codeOf(years, n, 1_000_000) };
}

/** Open ones are the newest: accepted or being processed; the others were returned, or withdrawn. */
const statusCodeOf = ({ dossiers, open }: FiveYears, n: number): string => {
  if (n >= dossiers - open) return n % 4 === 0 ? '2' : '4';
  return n % 50 === 0 ? '7' : '10';
};

/** The same on our side, set-wise, of numbers from `$1` to `$2`; every tenth was paused for a night, for a payment or for a paper, whose time the portal's formula subtracts. */
export function ourSide(years: FiveYears): readonly string[] {
  const each = aDay(years);
  const numbers = `
    select n, ${years.firstDay} + n / ${each} as day, n % ${each} + 1 as sequence, 'H15.' || 50 + n % 8 as agency,
      case when n >= ${years.dossiers - years.open} then case when n % 4 = 0 then 'accepted' else 'processing' end
        when n % 50 = 0 then 'withdrawn' else 'returned' end as status,
      (${years.firstDay} + n / ${each}) * 86400 - 25200 as midnight
    from generate_series($1::int, $2::int - 1) as n`;
  const fact = (seq: string, at: string, status: string, more = ''): string =>
    `'{"n":' || ${seq} || ',"k":"status","t":' || (${at})::bigint * 1000 || ',"s":"igate","e":"${status}","d":"","st":"${status}"${more}}'`;
  const facts = `
    ${fact('1', 'received - 600', 'submitted')} || ',' || ${fact('2', 'received', 'accepted')}
    || case when status = 'accepted' then '' else ',' || ${fact('3', 'received + 86400', 'processing')} end
    || case when not paused then '' else ',' || ${fact('4', 'midnight + 244800', 'paused', `,"r":"' || case when n % 20 = 0 then 'supplement-appraisal' else 'citizen-payment' end || '"`)} || ',' || ${fact('5', 'midnight + 280800', 'resumed')} end
    || case status when 'withdrawn' then ',' || ${fact("case when paused then '6' else '4' end", 'received + 345600', 'withdrawn')}
         when 'returned' then ',' || ${fact("case when paused then '6' else '4' end", 'received + 345600', 'completed')} || ',' || ${fact("case when paused then '7' else '5' end", 'received + 432000', 'returned')}
         else '' end`;
  const heads = `case status when 'accepted' then 2 when 'processing' then 3 when 'withdrawn' then 4 else 5 end + case when paused then 2 else 0 end`;
  const all = `
    select *, ${heads} as head from (
      select *, n % 10 = 0 and status <> 'accepted' as paused, midnight + 27000 + n % 480 * 60 as received from (${numbers}) as a) as b`;
  return [
    `insert into dossier (id, code, procedure_code, agency_code, agencies, channel, origin, status, head_seq, facts, submitted_at, received_at, appointment_at, appointment_basis, finished_at, created_at)
     select n + 1, agency || '-' || to_char(date '1970-01-01' + day, 'YYMMDD') || '-' || lpad(sequence::text, 5, '0'), '${PROCEDURE}', agency, array[agency],
       case when n % 3 = 0 then 'counter' else 'online' end, 'igate', status, head, ${facts}, to_timestamp(received - 600), to_timestamp(received),
       to_timestamp(midnight + case when n >= ${years.dossiers - years.open} then 60 else 10 end * 86400 + 17 * 3600), 'slip', case when status in ('withdrawn', 'returned') then to_timestamp(received + 345600) end, to_timestamp(received)
     from (${all}) as c`,
    `insert into dossier_fields (dossier_id, fields)
     select n + 1, jsonb_build_object('channel', case when n % 3 = 0 then 'counter' else 'online' end, 'agencyCode', 'H15.' || 50 + n % 8)
     from generate_series($1::int, $2::int - 1) as n`,
    `insert into sync_state (destination, dossier_id, head_seq, acked_seq, sent_seqs, exists_there, acked_at, profile_version)
     select 'national-portal', n + 1, head, head, (array[1, 2, 3, 4, 5, 6, 7])[1 : head], true, least(to_timestamp(received + 20 * 86400), now() - interval '1 day'), 1
     from (${all}) as c`,
    `insert into feed_state (dossier_id, copied_seq)
     select n + 1, head from (${all}) as c`,
  ];
}
