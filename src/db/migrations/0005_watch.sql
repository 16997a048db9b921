-- What is watched and for whom it is raised; the change feed and how far it has copied.

-- Limits and the ladder of each kind of alert, edited by operators.
create table alert_rule (
  kind text primary key,
  body jsonb not null
);

-- `told`: what the change feed has said of it: 0 nothing, 1 that it was raised, 2 that it was cleared.
alter table alert
  add column acknowledged_reason text,
  add column told smallint not null default 0;
create index alert_uncleared on alert (id) where cleared_at is null;
create index alert_uncleared_dossier on alert (dossier_id) where cleared_at is null;
create index alert_untold on alert (id) where told = 0 or (told = 1 and cleared_at is not null);

-- The head at which a dossier was last judged, and when it must be judged again though nothing is appended to it.
create table watch_state (
  dossier_id bigint primary key,
  head_seq int not null,
  next_at timestamptz,
  rules_version text not null
) with (fillfactor = 70);

-- The feed: `pos` follows the order of commits, for one transaction at a time appends.
create table change (
  pos bigint generated always as identity primary key,
  kind text not null check (kind in ('entry', 'alert', 'difference')),
  dossier_code text,
  agencies text[] not null default '{}',
  seq int,
  type text not null,
  status text,
  occurred_at timestamptz not null,
  at timestamptz not null default now()
);

create table feed_state (
  dossier_id bigint primary key,
  copied_seq int not null
) with (fillfactor = 70);

-- The newest entry seen, and the dossier up to which the sweep has compared heads.
create table feed_mark (
  one boolean primary key default true check (one),
  recorded_at timestamptz,
  swept_id bigint not null default 0
);
insert into feed_mark default values;

-- The feed asks for the newest entries; an index on the dossier's head would cost each append its place on the page.
create index timeline_entry_recorded on timeline_entry (recorded_at);

-- The report of pauses asks by the time of their beginning.
create index timeline_entry_paused on timeline_entry (occurred_at) where status = 'paused';
