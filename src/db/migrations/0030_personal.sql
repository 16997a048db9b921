-- Personal data stands sealed: as the member `sealed` of a document, a text that begins with `sealed:`, or bytes. What was written before is sealed by a worker.

-- In which dossiers a person is named, by a keyed hash of the personal number.
create table dossier_person (
  person bytea not null,
  dossier_id bigint not null,
  primary key (person, dossier_id)
);
create index dossier_person_dossier on dossier_person (dossier_id);

-- How far the rows of each kind have been sealed with the key whose mark this is.
create table sealing (
  part text primary key,
  head bytea not null,
  -- The key of the last row looked at, as text; null before the first and after the last.
  position text[],
  resealed bigint not null default 0,
  -- Times all rows were looked at.
  passes int not null default 0,
  passed_at timestamptz
);
