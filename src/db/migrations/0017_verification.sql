-- Facts that were taken as told because their registry was down, and their verification later.

-- Kept on the dossier's own row, for every event looks at it.
alter table dossier add column unverified text[];

create table verification (
  dossier_id bigint primary key references dossier (id),
  -- Who registered it so: the registry wants to know for whom it is asked.
  asked_by text not null,
  -- Null: found to be otherwise, and not asked again until somebody corrects the dossier.
  next_at timestamptz,
  attempts int not null default 0,
  finding text check (finding in ('contradicted', 'not-permitted', 'unavailable', 'not-connected', 'refused')),
  words text,
  checked_at timestamptz
);
create index verification_due on verification (next_at) where next_at is not null;

create index quarantine_unverified on quarantine (dossier_ref) where state = 'open' and reason = 'unverified-field';
