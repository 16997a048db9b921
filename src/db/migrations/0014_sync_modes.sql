-- Moving in beside another connection: what the gateway may do with a dossier at a destination, what it saw there, and who else writes.

-- Policies as an operator wrote them, whole, version after version; the newest is in force.
create table sync_policy (
  version int primary key,
  at timestamptz not null default now(),
  author text not null,
  officer text,
  reason text,
  -- What no item names: SYNC_MODE of the process that started last.
  default_mode text not null check (default_mode in ('observe', 'compare', 'send')),
  items jsonb not null
);

-- How far the modes of a destination's rows follow from the policies in force. `target` only grows: version of the policies,
-- how many of their items have begun, version of the catalogues, the day.
create table sync_mode_pass (
  destination text primary key,
  target bigint[] not null,
  target_since timestamptz not null,
  begun_at timestamptz not null,
  after_dossier bigint not null default 0,
  -- Rows that are under way keep their mode until they are settled.
  left_over int not null default 0,
  done_at timestamptz
);

alter table sync_state
  add column mode text not null default 'send' check (mode in ('observe', 'compare', 'send')),
  add column mode_since timestamptz not null default now(),
  -- What another writer may have brought there: the head when this row was last given to be sent.
  add column baseline_seq int not null default 0;

-- Only what is sent can be out of step; what is observed has an index of its own by the time of its next look.
drop index sync_state_behind;
create index sync_state_behind on sync_state (destination, next_attempt_at) where acked_seq < head_seq and blocked_reason is null and mode = 'send';
drop index sync_state_verify;
create index sync_state_verify on sync_state (destination, verify_at) where verify_at is not null and mode = 'send';
create index sync_state_observe on sync_state (destination, verify_at) where verify_at is not null and mode <> 'send';
