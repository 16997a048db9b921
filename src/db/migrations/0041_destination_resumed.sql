-- Who let a destination be sent to again, when and why: beside who paused it, which the resumption ends.
alter table destination add column resumed_since timestamptz;
alter table destination add column resumed_by text;
alter table destination add column resumed_reason text;
