-- Files of open dossiers that an operator brings: kept in pieces until they are read, so that any worker may read them and a crash loses nothing.

create table import (
  id bigint generated always as identity primary key,
  mode text not null check (mode in ('validate', 'adopt', 'adopt-and-sync')),
  state text not null default 'receiving' check (state in ('receiving', 'running', 'done', 'failed', 'cancelled')),
  format text check (format in ('ndjson', 'csv', 'xlsx')),
  file_name text,
  bytes bigint not null default 0,
  client_id text not null,
  officer text,
  agencies text[] not null,
  created_at timestamptz not null,
  touched_at timestamptz not null,
  finished_at timestamptz,
  -- How far it has come: rows looked at, and what became of them.
  rows int not null default 0,
  adopted int not null default 0,
  known int not null default 0,
  refused int not null default 0,
  fraction real not null default 0,
  unknown_agencies text[] not null default '{}',
  unknown_procedures text[] not null default '{}',
  ignored_columns text[] not null default '{}',
  failure jsonb,
  cancelled_by text,
  cancelled_reason text,
  -- Times it was taken up since it last moved on.
  attempts int not null default 0,
  lease_token uuid,
  lease_until timestamptz,
  leased_by text
);
create index import_open on import (id) where state in ('receiving', 'running');

create table import_piece (
  import_id bigint not null references import (id) on delete cascade,
  n int not null,
  bytes bytea not null,
  primary key (import_id, n)
);
-- A workbook is packed already.
alter table import_piece alter column bytes set storage external;

create table import_fault (
  import_id bigint not null references import (id) on delete cascade,
  row int not null,
  n int not null,
  path text not null,
  column_name text,
  dossier_code text,
  message text not null,
  primary key (import_id, row, n)
);
