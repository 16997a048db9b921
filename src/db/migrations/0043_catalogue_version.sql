-- A catalogue's version is raised by what changes a row. A start adds what is there already, and the portal's list is taken every day:
-- raised by these, it would have every process read the catalogues, and count every open dossier, anew.

create function raise_catalogue_version_if_touched() returns trigger
language plpgsql as $$
begin
  if exists (select from touched) then
    update catalogue_version set version = version + 1;
  end if;
  return null;
end $$;

do $$
declare
  catalogue text;
begin
  foreach catalogue in array array['agency', 'procedure', 'pause_reason', 'day_off', 'profile', 'purpose'] loop
    execute format('drop trigger raise_version on %I', catalogue);
    execute format('create trigger raise_version_inserted after insert on %I referencing new table as touched for each statement execute function raise_catalogue_version_if_touched()', catalogue);
    execute format('create trigger raise_version_updated after update on %I referencing new table as touched for each statement execute function raise_catalogue_version_if_touched()', catalogue);
    execute format('create trigger raise_version_deleted after delete on %I referencing old table as touched for each statement execute function raise_catalogue_version_if_touched()', catalogue);
    execute format('create trigger raise_version_emptied after truncate on %I for each statement execute function raise_catalogue_version()', catalogue);
  end loop;
end $$;
