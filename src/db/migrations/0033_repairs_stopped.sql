-- The stop switch of repairs: differences go on being found and named, and nothing is mended until somebody says so.
alter table destination
  add column repairs_stopped_since timestamptz,
  add column repairs_stopped_by text,
  add column repairs_stopped_reason text;
