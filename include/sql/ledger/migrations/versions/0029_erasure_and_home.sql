-- 1. Erasing a debtor is an act too, whatever acts there are by now.
do $$
declare
    known text;
begin
    select pg_get_constraintdef(oid) into known
    from pg_constraint
    where conname = 'act_act_check' and conrelid = 'act'::regclass;
    execute 'alter table act drop constraint act_act_check';
    execute 'alter table act add constraint act_act_check check (act = ''erase'' or '
        || substring(known from '^CHECK (.*)$') || ')';
end $$;

-- 2. Where this ledger is at home. A copy of it finds itself elsewhere, and books nothing until a
-- person says that this is the ledger now.
create table ledger_home (
    only_one boolean primary key default true check (only_one),
    system_identifier bigint not null,
    database_oid bigint not null,
    environment text not null default '',
    moved_by text not null,
    reason text not null,
    moved_at timestamptz not null default clock_timestamp()
);
comment on table ledger_home is
'The server and the database in which this ledger books: a copy has other ones, and books nothing';
