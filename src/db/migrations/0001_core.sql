-- The one system of record: dossiers, their timeline, what each destination has acknowledged, and the catalogues that govern them.

-- Months that a partitioned table needs ahead of time; the default partition catches what a stopped job forgot, so that an append never fails for it.
create function ensure_monthly_partitions(parent text, from_month date, months int) returns void
language plpgsql as $$
declare
  first_day date;
begin
  for i in 0 .. months - 1 loop
    first_day := (date_trunc('month', from_month) + make_interval(months => i))::date;
    execute format(
      'create table if not exists %I partition of %I for values from (%L) to (%L)',
      parent || '_' || to_char(first_day, 'YYYYMM'), parent,
      first_day::text || ' 00:00:00+07', (first_day + interval '1 month')::date::text || ' 00:00:00+07');
  end loop;
end $$;

-- Catalogues: facts with dates of effect, edited by operators, read into memory by each process.
create table agency (
  code text primary key,
  name text not null,
  parent_code text references agency (code),
  level text not null
);

create table procedure (
  code text not null,
  effective_from date not null,
  effective_to date,
  body jsonb not null,
  primary key (code, effective_from)
);

create table pause_reason (
  code text not null,
  effective_from date not null,
  effective_to date,
  body jsonb not null,
  primary key (code, effective_from)
);

create table day_off (
  date date primary key,
  kind text not null check (kind in ('off', 'working')),
  for_date date,
  name text,
  source text,
  confidence text not null check (confidence in ('verified', 'cross-checked', 'provisional'))
);

-- What is asked and changed for every event stands in a narrow row; the applicant's and the papers' fields stand apart, so that a status costs no rewrite of them.
-- Processes take ids a thousand at a time, so that a new dossier costs no question.
create sequence dossier_id increment by 1000;

create table dossier (
  id bigint primary key,
  code text unique,
  procedure_code text,
  agency_code text,
  agencies text[] not null default '{}',
  channel text,
  origin text not null check (origin in ('igate', 'portal', 'ministry', 'coordination')),
  incomplete boolean not null default false,
  superseded_by bigint references dossier (id),
  status text not null,
  pause_reason text,
  paused_since timestamptz,
  outcome text,
  head_seq int not null default 0,
  facts jsonb not null default '[]',
  submitted_at timestamptz,
  received_at timestamptz,
  appointment_at timestamptz,
  appointment_basis text,
  limit_override jsonb,
  finished_at timestamptz,
  created_at timestamptz not null default now()
) with (fillfactor = 50);
create index dossier_open on dossier (agency_code, id) where finished_at is null;
create index dossier_incomplete on dossier (id) where incomplete;
create index dossier_agencies on dossier using gin (agencies);

create table dossier_fields (
  dossier_id bigint primary key references dossier (id),
  fields jsonb not null
);

create table dossier_alias (
  system text not null,
  code text not null,
  dossier_id bigint not null references dossier (id),
  primary key (code, system, dossier_id)
);
create index dossier_alias_dossier on dossier_alias (dossier_id);

create table timeline_entry (
  dossier_id bigint not null,
  seq int not null,
  kind text not null,
  status text,
  pause_reason text,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null,
  source text not null,
  event_id text not null,
  late_reported boolean not null default false,
  body jsonb,
  primary key (dossier_id, seq, recorded_at)
) partition by range (recorded_at);
create table timeline_entry_rest partition of timeline_entry default;

-- The uniqueness of an event across all months.
create table event_key (
  source text not null,
  event_id text not null,
  digest text not null,
  dossier_id bigint not null,
  seq int not null,
  primary key (source, event_id)
);

create table sync_state (
  destination text not null,
  dossier_id bigint not null references dossier (id),
  head_seq int not null,
  acked_seq int not null default 0,
  sent_seqs int[] not null default '{}',
  generation int not null default 0,
  profile_version int not null default 0,
  exists_there boolean not null default false,
  snapshot_digest text,
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now(),
  behind_since timestamptz,
  lease_token uuid,
  lease_until timestamptz,
  lease_from int,
  lease_to int,
  leased_by text,
  unknown_since timestamptz,
  verify_at timestamptz,
  verify_step smallint not null default 0,
  unverified boolean not null default false,
  blocked_reason text,
  blocked_at timestamptz,
  last_error text,
  acked_at timestamptz,
  seen_at timestamptz,
  seen_status text,
  seen_appointment_at timestamptz,
  primary key (destination, dossier_id)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
-- "Out of step" is this index and one query. The lease is in no index: taking one rewrites no index entry.
create index sync_state_behind on sync_state (destination, next_attempt_at) where acked_seq < head_seq and blocked_reason is null;
create index sync_state_blocked on sync_state (destination, blocked_at) where blocked_reason is not null;
create index sync_state_verify on sync_state (destination, verify_at) where verify_at is not null;

create table delivery_attempt (
  id bigint generated always as identity,
  at timestamptz not null,
  destination text not null,
  dossier_id bigint not null,
  from_seq int not null,
  to_seq int not null,
  attempt int not null,
  outcome text not null,
  detail text,
  primary key (id, at)
) partition by range (at);
create table delivery_attempt_rest partition of delivery_attempt default;
create index delivery_attempt_dossier on delivery_attempt (dossier_id, at);

-- What came in and went out, as it was.
create table exchange_log (
  id bigint generated always as identity,
  at timestamptz not null,
  direction text not null check (direction in ('in', 'out')),
  system text not null,
  operation text not null,
  trace_id text,
  body bytea not null,
  primary key (id, at)
) partition by range (at);
create table exchange_log_rest partition of exchange_log default;

create table quarantine (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  source text not null,
  reason text not null,
  detail text not null,
  dossier_ref text,
  event_id text,
  command jsonb,
  raw text,
  state text not null default 'open' check (state in ('open', 'released', 'discarded')),
  closed_at timestamptz,
  closed_by text,
  closed_reason text
);
create index quarantine_open on quarantine (id) where state = 'open';
create unique index quarantine_once on quarantine (source, event_id, reason) where state = 'open' and event_id is not null;

-- How a destination reads what it is sent (sync.md, "The portal's profile"): data with versions and dates of effect.
create table profile (
  destination text not null,
  version int not null,
  effective_from timestamptz not null,
  body jsonb not null,
  primary key (destination, version)
);

create table destination (
  name text primary key,
  paused_since timestamptz,
  paused_by text,
  paused_reason text,
  paused_until timestamptz
);

create table alert (
  id bigint generated always as identity primary key,
  kind text not null,
  key text not null,
  dossier_id bigint,
  agency_code text,
  raised_at timestamptz not null default now(),
  cleared_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  detail jsonb not null default '{}'
);
-- Once per rung, however many workers look.
create unique index alert_once on alert (kind, key);

select ensure_monthly_partitions(name, current_date, 14)
from unnest(array['timeline_entry', 'delivery_attempt', 'exchange_log']) as name;
