-- The audit log: who did what with whose data. Entries are only ever appended, each chained to the one before it.

create table audit_entry (
  id bigint not null,
  at timestamptz not null,
  client_id text,
  officer text,
  purpose text,
  dossier text,
  operation text not null,
  target_hash text,
  status int not null,
  trace_id text not null,
  details jsonb not null,
  digest bytea not null,
  prev_hash bytea not null,
  hash bytea not null,
  primary key (id, at)
) partition by range (at);

create table audit_entry_default partition of audit_entry default;
select ensure_monthly_partitions('audit_entry', (date_trunc('month', now()))::date, 3);

-- The questions that are asked of it: who read about this person, what did this client do, what happened to this dossier.
create index audit_entry_target on audit_entry (target_hash, at) where target_hash is not null;
create index audit_entry_dossier on audit_entry (dossier, at) where dossier is not null;
create index audit_entry_client on audit_entry (client_id, at);

-- The newest link. Its row lock puts appenders in a row, so that the chain has no forks and ids have no gaps.
create table audit_head (
  only_one boolean primary key default true check (only_one),
  id bigint not null,
  hash bytea not null
);
insert into audit_head (id, hash) values (0, decode(repeat('00', 32), 'hex'));

-- Appends entries, each with its `digest` (SHA-256 of its RFC 8785 form, made by the gateway), and returns the new head's id.
-- hash = SHA-256(prev_hash || digest). The application's role may execute this and read; it may not write the tables.
create function audit_append(entries jsonb[]) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  head audit_head;
  entry jsonb;
  ids bigint[] := '{}';
  prevs bytea[] := '{}';
  hashes bytea[] := '{}';
begin
  select * into strict head from audit_head for update;
  foreach entry in array entries loop
    prevs := prevs || head.hash;
    head.hash := sha256(head.hash || decode(entry ->> 'digest', 'hex'));
    head.id := head.id + 1;
    ids := ids || head.id;
    hashes := hashes || head.hash;
  end loop;
  insert into audit_entry (id, at, client_id, officer, purpose, dossier, operation, target_hash, status, trace_id, details, digest, prev_hash, hash)
  select new.id, (e ->> 'at')::timestamptz, e ->> 'client_id', e ->> 'officer', e ->> 'purpose', e ->> 'dossier', e ->> 'operation',
         e ->> 'target_hash', (e ->> 'status')::int, e ->> 'trace_id', e -> 'details', decode(e ->> 'digest', 'hex'), new.prev_hash, new.hash
  from unnest(entries, ids, prevs, hashes) as new (e, id, prev_hash, hash);
  update audit_head set id = head.id, hash = head.hash;
  return head.id;
end $$;

revoke all on function audit_append(jsonb[]) from public;
