-- What the change feed has said of a difference: 0 nothing, 1 that it stands, 2 that it is over.
alter table difference add column told smallint not null default 0;
create index difference_untold on difference (id) where (told = 0 and confirmed_at is not null) or (told = 1 and state in ('repaired', 'closed'));

-- The sweep that a run was started for by the clock; each is started once, by whichever process comes first.
alter table reconciliation_run add column swept_on date;
create unique index reconciliation_run_sweep on reconciliation_run (destination, swept_on) where swept_on is not null;
