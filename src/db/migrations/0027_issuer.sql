-- The issuer: keys that rotate, clients with keys of their own, and tokens that are taken back.

-- A client proves itself by a secret, or by assertions signed with a key of which the public half stands here (RFC 7523).
alter table client alter column secret_hash drop not null;
alter table client add column jwks jsonb;
alter table client add constraint client_has_proof check (secret_hash is not null or jwks is not null);

-- The newest whose time has come signs; its predecessors are published until the last token of each has expired.
create table signing_key (
  kid text primary key,
  sealed bytea not null,
  signs_from timestamptz not null,
  author text not null,
  reason text not null,
  created_at timestamptz not null default now()
);
-- The only key there was before cannot be rotated: its tokens, an hour's, are asked for anew.
delete from secret where name = 'issuer-signing-keys';

-- Tokens that are refused before they expire: one, or all of a key. Kept until the last would have expired.
create table revocation (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('token', 'key')),
  subject text not null,
  until timestamptz not null,
  author text not null,
  reason text not null,
  created_at timestamptz not null default now()
);
create index revocation_until on revocation (until);

-- Assertions by which clients have proved themselves: each is good once, at whichever replica.
create table used_assertion (
  id text primary key,
  expires_at timestamptz not null
);
create index used_assertion_expires on used_assertion (expires_at);
