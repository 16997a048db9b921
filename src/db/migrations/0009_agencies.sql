-- Agencies keep an id while their codes, parents and extent change: codes of both schemes, former parents and those merged into one, each with its days.

alter table agency add column body jsonb;
update agency set body = jsonb_build_object('code', code, 'name', name, 'level', level, 'parentCode', parent_code, 'officeHours', office_hours);
alter table agency
  alter column body set not null,
  drop column name, drop column parent_code, drop column level, drop column office_hours;
alter table agency rename column code to id;

-- What operators change of them: who, when and why; `former` holds those that were there before.
create table agency_change (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  author text not null,
  officer text,
  reason text not null,
  former jsonb not null,
  changed jsonb not null
);

-- Rights and lists ask for exact codes. A dossier whose agency stands in no catalogue also goes by the codes above it.
create function with_codes_above(codes text[]) returns text[]
language sql stable as $$
  select codes || array(
    select distinct array_to_string((string_to_array(c, '.'))[1:n], '.')
    from unnest(codes) as c, generate_series(1, cardinality(string_to_array(c, '.')) - 1) as n
    where c ~ '^[A-Z]\d{2}(\.\d{1,4})+$' and not exists (select from agency where id = c)
    except select unnest(codes))
$$;
update dossier set agencies = with_codes_above(agencies) where agencies <> with_codes_above(agencies);
update change set agencies = with_codes_above(agencies) where agencies <> with_codes_above(agencies);
drop function with_codes_above(text[]);
