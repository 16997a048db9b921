-- Answers of upstreams that broke their contract, as they came: for whoever finds out what has changed there.
create table broken_answer (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  connector text not null,
  operation text not null,
  -- Where it left the agreed shape (RFC 9535); null where it could not be read at all.
  path text,
  words text not null,
  -- Sealed: it may hold anyone's data.
  answer bytea not null
);
create index broken_answer_newest on broken_answer (connector, id desc);
create index broken_answer_old on broken_answer (at);
