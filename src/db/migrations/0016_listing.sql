-- How far each system that lists its steps has been read, and when it is asked again.
create table listing_cursor (
  source text primary key,
  -- the newest time at which something read was written down there, by its own clock; null before anything was read
  read_to timestamptz,
  interval_ms integer not null,
  -- while it is asked: until when no other process asks
  due_at timestamptz not null
);
