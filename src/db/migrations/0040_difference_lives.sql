-- A difference that was over and is seen once more keeps the life it had until a second look confirms it.
alter table difference add column seen_anew_at timestamptz;
-- It is to be mended and waits for leave: no look before that tells anything new.
alter table difference add column waits boolean not null default false;

-- Dossiers let be mended since a time: so many a minute, whatever number of processes mends.
alter table destination
  add column repairs_counted_from timestamptz,
  add column repairs_counted int not null default 0;

-- Where a run stands within a day that is asked about one code at a time, how many it has to ask about in all, and when it last had its turn.
alter table reconciliation_run
  add column day_code text,
  add column to_ask int,
  add column turn_at timestamptz;

-- What a run could not judge, by name: it had moved since the export was made, or the destination's answer could not be read.
create table reconciliation_unchecked (
  run_id uuid not null references reconciliation_run (id),
  dossier_code text not null,
  reason text not null check (reason in ('moved', 'unreadable')),
  primary key (run_id, dossier_code)
);
