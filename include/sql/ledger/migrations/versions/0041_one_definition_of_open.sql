-- One definition of what is open, first of records, differences and workbooks; version 0042 has the rest.
-- The fleet, a practice's page, mail, the watch and BI tools count the rows of v_open_items, or of the
-- views that it is made of.

drop view v_open_items;
drop view open_record;
drop view unresolved_booking;
drop view practice_status;
drop view open_booking;

-- 1. Since when a record is rejected, held or doubtful for the reason that it has; kept with it, so
-- that nobody looks through a history for each row of a list.
alter table booking add column open_since timestamptz;
comment on column booking.open_since is
'Since when it is rejected, held or doubtful for this reason, over its retries; null in other states';

create function open_for_reason_since(of_practice text, of_key text, of_reason text) returns timestamptz
language sql stable as $$
    select min(h.at)
    from exact_sync.booking as b
    inner join exact_sync.booking_history as h on b.booking_id = h.booking_id
    where
        b.practice = of_practice
        and b.source_key = of_key
        and h.to_state in ('rejected', 'held', 'doubtful')
        and h.reason is not distinct from of_reason
        and h.at > coalesce(
            (
                select max(rest.at)
                from exact_sync.booking as version
                inner join exact_sync.booking_history as rest on version.booking_id = rest.booking_id
                where
                    version.practice = of_practice
                    and version.source_key = of_key
                    and rest.to_state in ('booked', 'exported', 'closed')
            ),
            '-infinity'
        )
$$;
comment on function open_for_reason_since is
'When a record was first rejected, held or doubtful for a reason since it was last at rest; null when it was not';

create function note_open_since() returns trigger language plpgsql as $$
begin
    new.open_since := case
        when new.state in ('rejected', 'held', 'doubtful') then coalesce(
            exact_sync.open_for_reason_since(new.practice, new.source_key, new.reason), clock_timestamp()
        )
    end;
    return new;
end $$;

update booking
set open_since = coalesce(open_for_reason_since(practice, source_key, reason), planned_at)
where state in ('rejected', 'held', 'doubtful');

create trigger booking_is_new_and_open before insert on booking
for each row when (new.state in ('rejected', 'held', 'doubtful'))
execute function note_open_since();
create trigger booking_opens_or_not before update of state, reason on booking
for each row
when ((new.state, new.reason) is distinct from (old.state, old.reason))
execute function note_open_since();

drop index booking_open;
create index booking_open on booking (practice, source_key, version)
include (state, kind, planned_at, open_since, entry_date)
where state in ('held', 'planned', 'sending', 'rejected', 'doubtful');

-- Views have the columns that there were when they were made.
create or replace view current_booking as
select distinct on (practice, source_key) *  -- noqa: AM04
from booking
order by practice asc, source_key asc, version desc;

-- 2. Records. What is planned for a day is open; before that it waits for the night.
create view unbooked_booking as
select
    b.booking_id,
    b.practice,
    b.source_key,
    b.kind,
    b.state,
    b.debtor_number,
    b.credits_key,
    b.entry_number,
    b.entry_date,
    b.reference,
    b.total_cents,
    b.reason,
    b.reason_values,
    b.exact_message,
    b.planned_at,
    case when b.state in ('planned', 'sending') then b.planned_at else coalesce(b.open_since, b.planned_at) end as since,
    b.state not in ('planned', 'sending') or b.planned_at <= now() - interval '1 day' as is_open
from booking as b
where
    b.state in ('held', 'planned', 'sending', 'rejected', 'doubtful')
    and not exists (
        select 1
        from booking as newer
        where newer.practice = b.practice and newer.source_key = b.source_key and newer.version > b.version
    );
comment on view unbooked_booking is 'The latest version of each record that is neither booked, handed over nor closed';

create view open_booking as
select *  -- noqa: AM04
from unbooked_booking
where is_open;
comment on view open_booking is
'Records that are open: rejected, held or doubtful, or planned a day ago and still not sent';

-- 3. Differences. What the state of a booking explains is open as that booking, or as its workbook.
alter table difference add column export_id uuid;
comment on column difference.export_id is 'The workbook that it was handed over in, of what is not imported yet';
update difference as d
set
    export_id = (
        select b.export_id
        from booking as b
        where b.practice = d.practice and b.source_key = d.source_key
        order by b.version desc
        limit 1
    )
where d.ended_at is null and d.cause = 'handed_over';

create view unended_difference as
select
    *,  -- noqa: AM04
    accepted_by is null
    and cause not in ('not_yet_due', 'held', 'rejected', 'closed', 'handed_over') as is_open
from difference
where ended_at is null;
comment on view unended_difference is 'Differences between James and Exact that have not ended, and whether they are open';

create view open_difference as
select *  -- noqa: AM04
from unended_difference
where is_open;
comment on view open_difference is
'Differences between James and Exact that are open: neither ended nor accepted, nor explained by a booking''s state';

-- 4. Workbooks that nobody has imported for a week.
create view open_workbook as
select
    f.practice,
    f.file_name,
    f.created_at as since,
    d.left_over,
    d.cents
from (
    select
        left_over.practice,
        left_over.export_id,
        count(*) as left_over,
        sum(abs(left_over.james_cents - left_over.exact_cents))::bigint as cents
    from difference as left_over
    where
        left_over.ended_at is null
        and left_over.cause = 'handed_over'
        and left_over.accepted_by is null
        and left_over.export_id is not null
    group by left_over.practice, left_over.export_id
) as d
inner join export_file as f on d.practice = f.practice and d.export_id = f.export_id
where
    f.created_at <= now() - interval '7 days'
    and not exists (
        select 1
        from act as a
        where
            a.practice = f.practice
            and a.act = 'take_back_file'
            and a.subject = f.file_name
            and a.taken_back_at is null
    );
comment on view open_workbook is
'Workbooks that were handed over a week ago and of which Exact lacks entries, by the last reconciliation';
create index difference_left_over on difference (practice, export_id) include (james_cents, exact_cents, accepted_by)
where ended_at is null and cause = 'handed_over';
