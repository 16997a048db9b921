-- What each process last saw of each upstream; worth nothing after a minute, so a crash may lose it.
create unlogged table connector_health (
  connector text not null,
  instance text not null,
  reported_at timestamptz not null default now(),
  report jsonb not null,
  primary key (connector, instance)
);

-- Maintenance that operators announced; the upstream is not called while one is in force.
create table maintenance_window (
  id text primary key,
  connector text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  reason text not null,
  announced_by text not null,
  announced_at timestamptz not null default now()
);
