-- What a run compared of each agency and of each procedure, advanced with the run. A run of before has none.
create table reconciliation_run_sum (
  run_id uuid not null references reconciliation_run (id) on delete cascade,
  part text not null check (part in ('receiving', 'procedure')),
  -- Empty where the dossier names none.
  code text not null,
  compared int not null,
  in_step int not null,
  moving int not null,
  primary key (run_id, part, code)
);
