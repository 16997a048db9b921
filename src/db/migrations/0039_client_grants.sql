-- What of personal data a client is answered, and for which purposes it may ask; the catalogue of purposes.

-- null grants all: so it was for the clients that there are.
alter table client
  add column purposes text[],
  add column personal_data text[];

create table purpose (
  code text not null,
  effective_from date not null,
  effective_to date,
  body jsonb not null,
  primary key (code, effective_from)
);
create trigger raise_version after insert or update or delete or truncate on purpose
  for each statement execute function raise_catalogue_version();
