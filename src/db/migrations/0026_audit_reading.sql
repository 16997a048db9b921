-- What is asked of the audit log beside one client, one dossier and one person: a span of time, and one officer.
create index audit_entry_at on audit_entry using brin (at) with (pages_per_range = 16);
create index audit_entry_officer on audit_entry (officer, at) where officer is not null;
