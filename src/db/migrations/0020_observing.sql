-- What is seen at a destination beside what we sent: who else writes, what we would write, and how far the looking has come.

-- Records of others in the progress that a destination shows; `stray` where the dossier was ours to send when it was written.
create table foreign_record (
  destination text not null,
  dossier_id bigint not null,
  status_code text not null,
  at timestamptz not null,
  officer text not null,
  department text not null,
  first_seen_at timestamptz not null,
  stray boolean not null,
  primary key (destination, dossier_id, status_code, at, officer, department)
);
create index foreign_record_seen on foreign_record (destination, first_seen_at);

-- A value of ours that stood there and was replaced: the second time by the same value, two writers contend.
create table overwritten (
  destination text not null,
  dossier_id bigint not null,
  field text not null,
  value text not null,
  times int not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (destination, dossier_id, field, value)
);

-- What a dossier that is compared would be told there, as of one look.
create table comparison (
  destination text not null,
  dossier_id bigint not null,
  at timestamptz not null,
  head_seq int not null,
  kinds text[] not null,
  findings jsonb not null,
  would jsonb not null,
  theirs jsonb not null,
  primary key (destination, dossier_id)
);

-- One process at a time looks at a destination; where another goes on when it stops.
create table observer (
  destination text primary key,
  holder text,
  held_until timestamptz,
  -- Questions a second now: halved when the destination struggles.
  pace float8,
  day date,
  calls int not null default 0,
  listing_day date,
  listing_page int not null default 1,
  -- `infinity`: it has no listing.
  next_listing_at timestamptz
);
