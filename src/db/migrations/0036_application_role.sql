-- The role of the running process beside the owner of the tables: it may do its work, and of the audit log only append and read.

-- Months are made ahead by whoever runs, though only the owner may make tables.
alter function ensure_monthly_partitions(text, date, int) security definer set search_path = public, pg_temp;
revoke all on function ensure_monthly_partitions(text, date, int) from public;

-- Gives a role what the running process needs, after every migration anew; the audit tables and their months stay the owner's.
create function grant_application(application name) returns void
language plpgsql set search_path = public, pg_temp as $$
declare
  each record;
begin
  -- Two starters at once would disturb each other's entries in the catalogue.
  perform pg_advisory_xact_lock(hashtext('lienthong-grants'));
  execute format('grant usage on schema public to %I', application);
  execute format('grant usage, select on all sequences in schema public to %I', application);
  execute format('grant execute on all functions in schema public to %I', application);
  for each in
    select relname as name, relname like 'audit\_%' or relname = 'schema_migration' as guarded, relispartition as partition
    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
  loop
    if each.guarded then
      execute format('revoke all on %I from %I', each.name, application);
      execute format('grant select on %I to %I', each.name, application);
    elsif not each.partition then
      execute format('grant select, insert, update, delete on %I to %I', each.name, application);
    end if;
  end loop;
end $$;
