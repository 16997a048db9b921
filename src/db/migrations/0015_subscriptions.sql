-- Outgoing webhooks: who is told of what and how far, which dossiers lag behind, and what came of the last attempts.

create table subscription (
  id uuid primary key,
  client_id text not null,
  name text not null,
  url text not null,
  -- null: all of them
  kinds text[],
  agencies text[] not null,
  procedures text[],
  batch int not null default 1,
  version int not null default 1,
  -- Sealed; while one is rotated the former one signs beside it.
  secret bytea not null,
  former_secret bytea,
  former_until timestamptz,
  state text not null default 'active' check (state in ('active', 'paused', 'auto-paused', 'disabled')),
  state_since timestamptz not null,
  state_by text,
  state_reason text,
  -- Everything up to this place of the feed was taken, or its dossier stands in subscription_lag.
  pos bigint not null,
  -- Failed attempts since the last one that was taken.
  failures int not null default 0,
  failing_since timestamptz,
  hold_until timestamptz not null,
  last_error text,
  taken_at timestamptz,
  lease_token uuid,
  lease_until timestamptz,
  leased_by text,
  created_at timestamptz not null
);
create index subscription_client on subscription (client_id, id);

-- Dossiers that were not taken while the subscription went on with others; '' stands for what concerns no dossier.
create table subscription_lag (
  subscription_id uuid not null references subscription (id) on delete cascade,
  dossier_code text not null,
  from_pos bigint not null,
  since timestamptz not null,
  attempts int not null,
  next_attempt_at timestamptz not null,
  last_error text,
  primary key (subscription_id, dossier_code)
);

create table subscription_attempt (
  id bigint generated always as identity primary key,
  subscription_id uuid not null references subscription (id) on delete cascade,
  at timestamptz not null,
  message_id text not null,
  first_pos bigint not null,
  last_pos bigint not null,
  items int not null,
  outcome text not null check (outcome in ('taken', 'refused', 'unreachable', 'gone')),
  http_status int,
  ms int not null,
  error text
);
create index subscription_attempt_newest on subscription_attempt (subscription_id, id desc);

-- A lagging dossier is read by itself.
create index change_dossier on change (dossier_code, pos);
