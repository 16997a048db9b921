-- What the audit log knows of persons, apart from its entries, and how its oldest months end.

-- An entry knows a person by the keyed hash alone. The value stands here once, sealed with a key of its own, which is sealed
-- with ENCRYPTION_KEY: what erases the person removes both, and no entry is touched.
create table person_key (
  hash text primary key,
  sealed_key bytea,
  sealed_value bytea,
  created_at timestamptz not null default now(),
  erased_at timestamptz,
  erased_by text,
  erased_reason text,
  check ((sealed_key is null) = (sealed_value is null))
);

-- The last entry of months that are no more, as it was signed: the chain goes on from here.
create table audit_closing (
  id bigint primary key,
  hash bytea not null,
  month date not null,
  signed text not null,
  at timestamptz not null default now()
);

-- Ends the oldest month of the log: keeps its signed last link and drops its entries. Of the next month those few go with it that were
-- appended before it. A month less than a year old stays, whoever asks.
create function audit_drop_month(month date, signed text) returns bigint
language plpgsql security definer set search_path = public, pg_temp set lock_timeout = '3s' as $$
declare
  begins timestamptz := (month::text || ' 00:00:00+07')::timestamptz;
  ends timestamptz := ((month + interval '1 month')::date::text || ' 00:00:00+07')::timestamptz;
  last record;
begin
  if extract(day from month) <> 1 then raise exception 'a month begins on its first day'; end if;
  if ends > now() - interval '1 year' then raise exception 'the audit log keeps a year at least'; end if;
  if exists (select from audit_entry where at < begins) then raise exception 'older months end first'; end if;
  select id, hash into last from audit_entry where at < ends order by id desc limit 1;
  if last.id is not null then
    insert into audit_closing (id, hash, month, signed) values (last.id, last.hash, audit_drop_month.month, audit_drop_month.signed);
    delete from audit_entry where at >= ends and at < ends + interval '1 day' and id < last.id;
  end if;
  execute format('drop table if exists %I', 'audit_entry_' || to_char(month, 'YYYYMM'));
  delete from audit_entry where at < ends;
  return last.id;
end $$;

revoke all on function audit_drop_month(date, text) from public;
