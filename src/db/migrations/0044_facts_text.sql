-- Facts as texts of JSON one after the other: an append adds its own without taking apart those before it, and a reader
-- is given them as they stand. Between a name and its value PostgreSQL writes a blank, the gateway none; the short way is only
-- wrong where a text holds what looks like it.
alter table dossier
  alter column facts drop default,
  alter column facts type text using case
    when strpos(facts::text, '\": ') = 0 then replace(substr(facts::text, 2, length(facts::text) - 2), '": ', '":')
    else regexp_replace(substr(facts::text, 2, length(facts::text) - 2), '(\w"): ', '\1:', 'g')
  end,
  alter column facts set default '';
