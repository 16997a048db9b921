-- Figures of a destination without a look at every dossier of five years.

-- How many dossiers a destination has, as counted now and then: figures look at what is out of step, and take the rest from here.
create table sync_total (
  destination text not null,
  agencies text[] not null,
  mode text not null,
  n bigint not null,
  -- Dossiers up to this one are in it; those that came later are counted when they are asked for.
  counted_to bigint not null,
  counted_at timestamptz not null,
  primary key (destination, mode, agencies)
);

create index sync_state_unverified on sync_state (destination) where unverified;
create index sync_state_unknown on sync_state (destination) where unknown_since is not null;

-- Dossiers that the last look at every one of them found ahead of their row at a destination: looked at again whenever it is asked.
create table sync_suspect (
  destination text not null,
  dossier_id bigint not null,
  primary key (destination, dossier_id)
);
