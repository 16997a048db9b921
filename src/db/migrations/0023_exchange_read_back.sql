-- A submission that was answered as done is looked for once more: what was not kept is sent again.
create index exchange_act_read_back on exchange_act (due_at) where state = 'done' and due_at is not null;
