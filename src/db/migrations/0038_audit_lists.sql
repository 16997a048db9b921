-- A list is one entry about many persons: who-read finds it by each of them.
create index audit_entry_targets on audit_entry using gin ((details -> 'targets')) where details ? 'targets';
