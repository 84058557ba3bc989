-- Two transactions that each change some records and mark them and their days could wait for each
-- other: a statement marked after each row, so one that had marked a day went on to a row of the
-- other, who waited for that day. A statement marks at its end now, when it has all of its rows:
-- the records first, then the days, each in a fixed order.
create function marked_entries_of(was exact_sync.booking) returns setof text language sql stable as $$
select 'exact:' || e.entry_id::text
from (
    select was.exact_id as entry_id
    union
    select x.entry_id
    from exact_sync.exact_line as x
    where
        x.practice = was.practice
        and x.entry_number = was.entry_number
        and x.journal = was.journal
        and x.financial_year = was.financial_year
    union
    select x.entry_id
    from exact_sync.exact_line as x
    where x.practice = was.practice and x.reference = was.reference
) as e
where e.entry_id is not null
$$;
comment on function marked_entries_of is
'Entries that a record is booked under or that bear its number or reference, as to_judge names them';

create or replace function mark_entries_of(was exact_sync.booking) returns void language sql as $$
select exact_sync.mark_subjects(was.practice, array_agg(e.subject))
from exact_sync.marked_entries_of(was) as e (subject)
having count(*) > 0
$$;

-- What is different and counts: as the trigger after each row had it.
create function counts_as_changed(old exact_sync.booking, new exact_sync.booking) returns boolean
language sql immutable as $$
select
    old.kind <> 'debtor'
    and (
        old.state in ('booked', 'exported', 'closed')
        or new.state in ('booked', 'exported', 'closed')
        or old.exact_id is not null
    )
    and (
        old.practice, old.kind, old.source_key, old.version, old.is_latest, old.state, old.exact_id, old.journal,
        old.financial_year, old.financial_period, old.entry_number, old.entry_date, old.booked_relation,
        old.debtor_number, old.reference, old.total_cents, old.credits_key, old.reason, old.closed_by_person,
        old.settings_version, old.payload, old.due_date
    ) is distinct from (
        new.practice, new.kind, new.source_key, new.version, new.is_latest, new.state, new.exact_id, new.journal,
        new.financial_year, new.financial_period, new.entry_number, new.entry_date, new.booked_relation,
        new.debtor_number, new.reference, new.total_cents, new.credits_key, new.reason, new.closed_by_person,
        new.settings_version, new.payload, new.due_date
    )
$$;
comment on function counts_as_changed is 'Whether a comparison must look again at a record that was at rest';

create function mark_changed_bookings() returns trigger language plpgsql as $$
declare
    changed bigint [];
begin
    -- Each row is judged once. Most statements of a night change nothing that was at rest.
    changed := array(
        select became.booking_id
        from old_rows as was
        inner join new_rows as became on was.booking_id = became.booking_id
        where
            became.kind <> 'debtor'
            and (
                was.state in ('booked', 'exported', 'closed')
                or became.state in ('booked', 'exported', 'closed')
                or was.exact_id is not null
            )
            and exact_sync.counts_as_changed(was, became)
    );
    if changed = '{}' then
        return null;
    end if;
    perform exact_sync.mark_subjects(m.practice, array_agg(m.subject))
    from (
        select
            was.practice,
            k.subject
        from old_rows as was
        inner join new_rows as became on was.booking_id = became.booking_id
        cross join lateral (values (was.source_key), (became.source_key)) as k (subject)
        where was.booking_id = any(changed) and was.state in ('booked', 'exported', 'closed')
        union all
        select
            was.practice,
            e.subject
        from old_rows as was
        inner join new_rows as became on was.booking_id = became.booking_id
        cross join lateral exact_sync.marked_entries_of(was) as e (subject)
        where
            (
                (was.exact_id is not null and was.exact_id is distinct from became.exact_id)
                or (was.journal, was.financial_year, was.entry_number, was.reference)
                is distinct from (became.journal, became.financial_year, became.entry_number, became.reference)
            )
            and was.booking_id = any(changed)
        union all
        select
            d.practice,
            k.subject
        from old_rows as was
        inner join new_rows as became on was.booking_id = became.booking_id
        inner join
            exact_sync.practice_of_division as d
            on became.practice = d.serves and became.practice <> d.practice
        cross join
            lateral (values ('exact:' || was.exact_id::text), ('exact:' || became.exact_id::text)) as k (subject)
        where was.exact_id is distinct from became.exact_id and was.booking_id = any(changed)
    ) as m
    group by m.practice
    order by m.practice;
    perform exact_sync.mark_days(m.practice, array_agg(m.day))
    from (
        select
            was.practice,
            k.day
        from old_rows as was
        inner join new_rows as became on was.booking_id = became.booking_id
        cross join lateral (values (was.entry_date), (became.entry_date)) as k (day)
        where was.booking_id = any(changed)
    ) as m
    group by m.practice
    order by m.practice;
    return null;
end $$;

drop trigger booking_marks_changed on booking;
drop function mark_changed_booking();
create trigger booking_marks_changed after update on booking
referencing old table as old_rows new table as new_rows
for each statement execute function mark_changed_bookings();

-- A run that was prepared before this version says so, as one does from now on (tasks/complete.py).
insert into ended_step (run_id, step)
select
    e.run_id,
    t.step
from ended_step as e
cross join (values ('all of prepare'), ('all of backfill')) as t (step)
where e.step = 'prepare';
