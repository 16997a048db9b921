-- A row of an export that looked up its export at its writing cost as much as all the rest of it: they are removed together by the statement that removes one.
alter table portal_export_row drop constraint portal_export_row_export_id_fkey;
