-- Who may call, and what the gateway must keep secret.

create table client (
  client_id text primary key,
  secret_hash text not null,
  scopes text[] not null,
  agencies text[] not null,
  roles text[] not null default '{}',
  created_at timestamptz not null default now()
);

-- Encrypted with ENCRYPTION_KEY; the database alone opens none of them.
create table secret (
  name text primary key,
  sealed bytea not null,
  created_at timestamptz not null default now()
);
