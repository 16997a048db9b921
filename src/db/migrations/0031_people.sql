-- People log in to the console: who each is and what each may see, their sessions, and what the issuer keeps meanwhile.

create table person (
  name text primary key,
  full_name text not null,
  role text not null check (role in ('viewer', 'operator', 'auditor', 'admin')),
  agencies text[] not null,
  -- A hash; none for who logs in at an outside provider.
  password text,
  -- Encrypted with ENCRYPTION_KEY.
  totp_secret bytea,
  -- A code is good once.
  totp_last_step bigint,
  suspended_at timestamptz,
  -- Sessions begun before are over.
  sessions_from timestamptz not null,
  created_at timestamptz not null
);

create table person_change (
  id bigint generated always as identity primary key,
  name text not null references person (name) on delete cascade,
  at timestamptz not null,
  act text not null,
  author text not null,
  reason text not null,
  -- The facts as they are after it; no secret, nor its hash.
  facts jsonb not null
);
create index person_change_name on person_change (name, id);

-- The browser holds a random value, the table its hash.
create table console_session (
  id bytea primary key,
  person text not null,
  full_name text not null,
  -- What an outside provider says; for a person of the table above, that row says it.
  role text not null check (role in ('viewer', 'operator', 'auditor', 'admin')),
  agencies text[] not null,
  csrf text not null,
  -- Encrypted: an outside provider wants it back at the end.
  id_token bytea,
  begun_at timestamptz not null,
  seen_at timestamptz not null,
  ends_at timestamptz not null
);
create index console_session_ends on console_session (ends_at);

-- Log-ins under way at the embedded issuer (its sessions, codes, grants), the same for all replicas.
create table issuer_record (
  kind text not null,
  id text not null,
  payload jsonb not null,
  uid text,
  grant_id text,
  consumed_at timestamptz,
  expires_at timestamptz not null,
  primary key (kind, id)
);
create index issuer_record_uid on issuer_record (uid) where uid is not null;
create index issuer_record_grant on issuer_record (grant_id) where grant_id is not null;
create index issuer_record_expires on issuer_record (expires_at);
