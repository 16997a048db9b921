-- Statuses that a shim's sender told without a time: each waits for the step that says when, and is appended when none comes.
create table shim_status (
  dossier_code text not null,
  status text not null,
  reason text not null default '',
  occurred_at timestamptz not null,
  note text,
  client_id text not null,
  due_at timestamptz not null,
  primary key (dossier_code, status, reason)
);
create index shim_status_due on shim_status (due_at);
