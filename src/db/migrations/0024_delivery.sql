-- What a carrier was asked to carry for a dossier. A row is the intent: it is committed before anything is sent.
create table delivery (
  -- the act's, so that a repeat of the call finds what its first run began
  id uuid primary key,
  provider text not null,
  client_id text not null,
  dossier_code text not null,
  agencies text[] not null,
  kind text not null check (kind in ('papers', 'result')),
  state text not null check (state in ('ordering', 'unknown', 'registered', 'collecting', 'handed-over', 'cancelled', 'refused', 'not-ordered')),
  -- both ends with their people, sealed, until the carrier has the order or it is given up
  sealed bytea,
  from_commune text not null,
  to_commune text not null,
  weight_grams int not null,
  cod_amount bigint not null,
  item_code text,
  fee bigint,
  -- why it was refused, not ordered or cancelled, and why a cancellation is wanted that is not confirmed yet: words of people, sealed
  reason bytea,
  cancel_reason bytea,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  -- how long it was left alone before, and when it is asked about; null: there is nothing to ask any more
  interval_ms int not null,
  due_at timestamptz
);
-- The carrier knows an order by dossier and kind: only one may run.
create unique index delivery_running on delivery (provider, dossier_code, kind) where state in ('ordering', 'unknown', 'registered', 'collecting');
create index delivery_due on delivery (provider, due_at) where due_at is not null;
create index delivery_of_dossier on delivery (dossier_code, created_at);

create table delivery_step (
  id bigint generated always as identity primary key,
  delivery_id uuid not null references delivery (id),
  state text not null,
  at timestamptz not null,
  -- the carrier's words, sealed
  note bytea,
  -- whether the change feed has told it
  told boolean not null default false,
  unique (delivery_id, state, at)
);
create index delivery_step_untold on delivery_step (id) where not told;

alter table change drop constraint change_kind_check;
alter table change add constraint change_kind_check check (kind in ('entry', 'alert', 'difference', 'delivery'));
