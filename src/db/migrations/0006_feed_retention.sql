-- How far the change feed was emptied, and by what its readers choose.

-- The place up to which changes were removed: a cursor before it may have missed some, and is told so.
alter table feed_mark add column removed_to bigint not null default 0;

-- The national part of the procedure's code, by which procedures are compared.
alter table change add column procedure_code text;
update change c set procedure_code = substring(d.procedure_code from '^\d\.\d{6}') from dossier d where d.code = c.dossier_code;
