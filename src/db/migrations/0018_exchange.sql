-- Dossiers handed to ministries' systems: what was sent, what came of each act, and how far each dossier is there.
-- What a citizen's dossier holds is sealed with ENCRYPTION_KEY.

create table exchange (
  -- <dossier code>~<provider>, a later one of the same pair with ~2, ~3 …
  id text primary key,
  provider text not null,
  dossier_id bigint not null,
  dossier_code text not null,
  kind text not null,
  -- Its number there.
  number text,
  state text not null check (state in ('sending', 'unknown', 'not-sent', 'refused', 'submitted', 'withdrawn', 'ended')),
  submission bytea not null,
  -- What its system tells of it.
  status_there text,
  told_at timestamptz,
  told_digest text,
  fault text,
  -- When it is asked about again; null where its system calls by itself, or it has ended.
  next_poll_at timestamptz,
  poll_interval_ms int not null default 0,
  created_at timestamptz not null,
  changed_at timestamptz not null
);
-- One at a time for each dossier and provider.
create unique index exchange_open on exchange (provider, dossier_code) where state not in ('withdrawn', 'ended');
create index exchange_due on exchange (provider, next_poll_at) where next_poll_at is not null;
create index exchange_dossier on exchange (dossier_code, provider);

create table exchange_act (
  -- The same for every repeat of the call that asked for it.
  id uuid primary key,
  exchange_id text not null references exchange (id),
  n int not null,
  act text not null check (act in ('submit', 'supplement', 'withdraw', 'hand-over', 'wrong-result')),
  state text not null check (state in ('sending', 'done', 'unknown', 'not-sent', 'refused')),
  details bytea not null,
  attempts int not null,
  asked int not null default 0,
  -- What the system said, sealed: it may repeat what it was sent.
  words bytea,
  -- Of one that is sent: when its lease ends; of an unknown one: when it is asked about.
  due_at timestamptz,
  token uuid,
  made_at timestamptz not null,
  settled_at timestamptz,
  unique (exchange_id, n)
);
create index exchange_act_due on exchange_act (due_at) where state in ('sending', 'unknown');
-- What an exchange waits for is known before another act begins.
create unique index exchange_act_open on exchange_act (exchange_id) where state in ('sending', 'unknown');
