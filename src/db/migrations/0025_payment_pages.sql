-- Payments are paged by when they were asked for, and their id.
drop index payment_created;
create index payment_created on payment (created_at, id);
-- Money that nobody asked for is paged by file and line.
drop index settlement_line_unknown;
create index settlement_line_unknown on settlement_line (settlement_id, line) where payment_id is null and kind = 'payment';
-- The payments of one file, by their ids.
create index settlement_line_of_file on settlement_line (settlement_id, payment_id) where payment_id is not null;
