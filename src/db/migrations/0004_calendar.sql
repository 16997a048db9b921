-- What operators change of calendar and catalogues: who, when and why; how processes learn of it; which deadlines are still to be counted again.

-- Offices of an agency that keep other hours than 07:00–11:30 and 13:30–17:00: {"morning": [420, 690], "afternoon": [810, 1020]}, minutes of the day.
alter table agency add column office_hours jsonb;

create table calendar_change (
  id bigint generated always as identity primary key,
  year int not null,
  at timestamptz not null default now(),
  author text not null,
  officer text,
  reason text not null,
  former jsonb not null,
  changed jsonb not null
);
create index calendar_change_year on calendar_change (year, id);

-- Open dossiers received before the time named are counted again: at once by whoever made the change, and once more by
-- a worker when every process has read it, which also finishes what a crash left undone.
create table recomputation (
  id bigint generated always as identity primary key,
  cause text not null,
  received_before timestamptz,
  requested_at timestamptz not null default now(),
  moved int not null default 0,
  settled_at timestamptz
);
create index recomputation_due on recomputation (id) where settled_at is null;

-- The page after page of open dossiers that a recomputation reads.
create index dossier_open_by_id on dossier (id) where finished_at is null;

-- Raised with every statement that changes a catalogue, whoever runs it: processes ask for this number and read the rest only when it moved.
create table catalogue_version (version bigint not null);
insert into catalogue_version values (1);

create function raise_catalogue_version() returns trigger
language plpgsql as $$
begin
  update catalogue_version set version = version + 1;
  return null;
end $$;

do $$
declare
  catalogue text;
begin
  foreach catalogue in array array['agency', 'procedure', 'pause_reason', 'day_off', 'profile'] loop
    execute format(
      'create trigger raise_version after insert or update or delete or truncate on %I for each statement execute function raise_catalogue_version()',
      catalogue);
  end loop;
end $$;
