-- Clients are managed by people: what each may, from where, from when until when and how fast; who changed it, when and why.

-- No address means any; no rate limit means none.
alter table client
  add column name text not null default '',
  add column addresses text[] not null default '{}',
  add column valid_from timestamptz,
  add column valid_until timestamptz,
  -- { "calls", "seconds" }
  add column rate_limit jsonb,
  add column suspended_at timestamptz,
  -- Right beside the present secret until then.
  add column former_secret_hash text,
  add column former_secret_until timestamptz,
  -- Tokens issued before are refused.
  add column tokens_from timestamptz,
  add column version int not null default 1;

create table client_change (
  client_id text not null references client (client_id) on delete cascade,
  version int not null,
  at timestamptz not null,
  act text not null,
  author text not null,
  officer text,
  reason text not null,
  -- The fields that differ: { "<field>": { "from", "to" } }. No secret, nor its hash.
  changes jsonb not null,
  primary key (client_id, version)
);

-- Raised with every statement that changes a client, whoever runs it: processes ask for this number each second and read the rest when it moved.
create table client_version (version bigint not null);
insert into client_version values (1);

create function raise_client_version() returns trigger
language plpgsql as $$
begin
  update client_version set version = version + 1;
  return null;
end $$;

create trigger raise_version after insert or update or delete or truncate on client
  for each statement execute function raise_client_version();
