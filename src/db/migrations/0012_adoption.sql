-- Entries that somebody else told a destination before the gateway came, as an import says. They count as sent, and nothing there need match them.
alter table sync_state add column believed_seqs int[] not null default '{}';
