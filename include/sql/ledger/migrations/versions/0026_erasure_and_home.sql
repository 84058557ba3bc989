-- 1. Where this ledger is at home. A copy of it finds itself elsewhere, and books nothing until a
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

-- 2. What is booked goes seven years after the end of its financial year, in two steps: first no
-- night looks at those days any more, a day later they are deleted. Nobody can book them again.
alter table practice add column kept_from date;
alter table practice add column kept_from_since timestamptz;
alter table practice add column deleted_before date;
alter table practice add check (deleted_before <= kept_from);
comment on column practice.kept_from is 'Nights look at no earlier day: the years before are past their term';
comment on column practice.deleted_before is 'Bookings of earlier days may be deleted, and no others';

create view booking_past_term as
select
    b.booking_id,
    b.practice,
    b.source_key
from booking as b
inner join practice as p on b.practice = p.code
where
    b.entry_date < p.deleted_before
    and b.kind <> 'debtor'
    and b.state not in ('planned', 'sending', 'doubtful');
comment on view booking_past_term is 'What the ledger lets be deleted, and nothing else of it';

create or replace function deny_delete() returns trigger language plpgsql as $$
begin
    if exists (
        select 1
        from exact_sync.booking_past_term as b
        where b.booking_id = old.booking_id
    )
    then
        return old;
    end if;
    raise exception 'bookings are never deleted: they are the record of what stands in Exact';
end $$;
drop trigger booking_is_kept on booking;
create trigger booking_is_kept before delete on booking
for each row execute function deny_delete();

create or replace function deny_change() returns trigger language plpgsql as $$
begin
    if
        tg_op = 'DELETE'
        and exists (
            select 1
            from exact_sync.booking_past_term as b
            where b.booking_id = old.booking_id
        )
    then
        return old;
    end if;
    raise exception 'booking_history is append-only';
end $$;
