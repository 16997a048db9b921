-- Every acknowledgement writes an attempt, and nothing asks for one by its id: the index by dossier and time is enough.
alter table delivery_attempt drop constraint delivery_attempt_pkey;
