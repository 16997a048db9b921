-- Payments, what was given back, and what banks settled. Money is whole đồng.

create table payment (
  id uuid primary key,
  -- The platform and the bank know it by this.
  reference text not null unique,
  provider text not null,
  client_id text not null,
  dossier_code text not null,
  procedure_code text not null,
  agency_code text not null,
  agencies text[] not null,
  items jsonb not null,
  fee_codes text[] not null,
  amount bigint not null check (amount > 0),
  account jsonb not null,
  bank_code text,
  -- Who pays, sealed.
  payer bytea not null,
  created_at timestamptz not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null,
  cause text,
  page_url text,
  debits jsonb not null default '[]',
  paid_at timestamptz,
  -- What the platform last said when it was asked.
  asked jsonb,
  receipt text not null default 'none',
  bill_url text,
  -- When it became an entry of its dossier, and when that was taken back.
  told_at timestamptz,
  taken_back_at timestamptz,
  portal_shows boolean,
  portal_seen_at timestamptz,
  -- When it is looked at again; null where nothing is left to do.
  next_at timestamptz,
  interval_ms bigint not null default 0
) with (fillfactor = 70);
create index payment_due on payment (next_at) where next_at is not null;
create index payment_dossier on payment (dossier_code);
create index payment_created on payment (created_at);

create table payment_refund (
  id uuid primary key,
  payment_id uuid not null references payment (id),
  reference text not null unique,
  transaction_id text not null,
  amount bigint not null check (amount > 0),
  reason text not null,
  client_id text not null,
  officer text,
  asked_at timestamptz not null,
  state text not null,
  words text,
  finished_at timestamptz
);
create index payment_refund_payment on payment_refund (payment_id);
-- One refund of a transaction at a time.
create unique index payment_refund_once on payment_refund (payment_id, transaction_id) where state <> 'refused';

-- What happened to a payment, in its order: never changed.
create table payment_event (
  id bigint generated always as identity primary key,
  payment_id uuid not null references payment (id),
  at timestamptz not null,
  kind text not null,
  state text not null,
  details jsonb not null default '{}'
);
create index payment_event_payment on payment_event (payment_id, id);

create table settlement (
  id bigint generated always as identity primary key,
  provider text not null,
  -- Known when the file was read to its end.
  digest bytea,
  uploaded_by text not null,
  uploaded_at timestamptz not null,
  finished_at timestamptz,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  lines int not null default 0,
  faults int not null default 0,
  repeated int not null default 0,
  unknown int not null default 0,
  sum bigint not null default 0,
  stated_lines int,
  stated_sum bigint,
  -- The same file again is the same run.
  unique (provider, digest)
);

create table settlement_line (
  settlement_id bigint not null references settlement (id),
  line int not null,
  provider text not null,
  kind text not null,
  reference text not null,
  transaction_id text not null,
  amount bigint not null,
  bank_code text,
  agency_code text,
  at timestamptz not null,
  settled_on date not null,
  payment_id uuid references payment (id),
  primary key (settlement_id, line)
);
-- A movement of money stands once, on however many files.
create unique index settlement_line_once on settlement_line (provider, kind, transaction_id);
create index settlement_line_payment on settlement_line (payment_id);
create index settlement_line_unknown on settlement_line (settled_on) where payment_id is null;

create table settlement_fault (
  settlement_id bigint not null references settlement (id),
  line int not null,
  faults jsonb not null,
  primary key (settlement_id, line)
);

-- Payments that dossiers were told of, for what was paid elsewhere.
create index timeline_entry_payment on timeline_entry (occurred_at) where kind = 'payment';
