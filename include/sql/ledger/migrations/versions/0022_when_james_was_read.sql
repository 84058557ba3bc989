-- When a run read James, and what of it: a run that read before another leaves to that one what both have read, so that a
-- cleared task of an older night puts no older content in the place of newer.
alter table run
add column james_read_at timestamptz,       -- the ledger's moment right before the snapshot
add column read_from date,
add column read_before date,                -- the first day that was not read
add column debtors_read boolean not null default false;

comment on column run.james_read_at is 'When James was read for the rows that are staged; null for a run of before this column';
