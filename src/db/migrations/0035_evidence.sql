-- Evidence: what was really said to and by a destination about dossiers that differ, and the packs that were made of it.

create table witnessed_exchange (
  id bigint generated always as identity primary key,
  destination text not null,
  dossier_code text not null,
  at timestamptz not null,
  operation text not null,
  -- `answered`, or how it failed.
  outcome text not null,
  -- Of an answer as it came, byte for byte, for the other side to compare.
  answer_sha256 text,
  -- Sealed; of a batch only what is about this dossier.
  request bytea not null,
  answer bytea
);
create index witnessed_exchange_dossier on witnessed_exchange (dossier_code, at);
create index witnessed_exchange_age on witnessed_exchange (at);

-- What was noted or looked at since: whoever witnesses exchanges asks for it.
create index difference_seen on difference (destination, last_seen_at);

create table evidence_pack (
  id bigint generated always as identity primary key,
  -- What it is about: one difference, or an incident.
  difference_id bigint references difference (id),
  incident_id bigint references incident (id),
  -- Of what it says, less when it was made: the same again is the same pack.
  matter_sha256 text not null,
  -- Of the file.
  sha256 text,
  bytes bigint,
  addressees text[] not null,
  agencies text[] not null,
  made_at timestamptz not null,
  made_by text not null,
  check (num_nonnulls(difference_id, incident_id) = 1)
);
create index evidence_pack_difference on evidence_pack (difference_id, id) where difference_id is not null;
create index evidence_pack_incident on evidence_pack (incident_id, id) where incident_id is not null;

-- The file in sealed pieces.
create table evidence_pack_piece (
  pack_id bigint not null references evidence_pack (id),
  n int not null,
  content bytea not null,
  primary key (pack_id, n)
);
