-- When every dossier was last looked at for those that are ahead of their row: once a day, whatever number of processes runs and starts.
create table sync_suspect_look (
  destination text primary key,
  looked_at timestamptz not null
);
