-- Acts that must happen once: a call with an Idempotency-Key, whom it belongs to, and what was answered.
create table idempotency_key (
  client_id text not null,
  -- A keyed hash: what a caller writes into its key is its own affair.
  key_hash bytea not null,
  -- Of the operation and everything that was sent with it, keyed.
  request_hash bytea not null,
  -- The same for every repeat, so that a domain finds what an earlier one began.
  act_id uuid not null,
  -- Who runs it now; a repeat after the lease takes it over with a token of its own.
  token uuid not null,
  lease_until timestamptz not null,
  expires_at timestamptz not null,
  -- Sealed; null until it is answered.
  answer bytea,
  primary key (client_id, key_hash)
);
create index idempotency_key_expired on idempotency_key (expires_at);
