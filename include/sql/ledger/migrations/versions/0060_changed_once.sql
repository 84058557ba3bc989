-- What counts as changed is said by counts_as_changed alone: the function of version 0059 said the
-- half of it once more. Both sides hold the same records, so each full join here is an inner one, and
-- coalesce keeps it one: never a nested loop. A session keeps its plan, which may have been made for
-- one row and must do for twenty thousand.
create or replace function mark_changed_bookings() returns trigger language plpgsql as $$
begin
    perform
    from old_rows as was
    full join new_rows as became on was.booking_id = became.booking_id
    where coalesce(exact_sync.counts_as_changed(was, became), false)
    limit 1;
    if not found then  -- as with most statements of a night
        return null;
    end if;
    perform exact_sync.mark_subjects(m.practice, array_agg(m.subject))
    from old_rows as was
    full join new_rows as became on was.booking_id = became.booking_id
    cross join
        lateral (
            select
                was.practice,
                k.subject
            from (values (was.source_key), (became.source_key)) as k (subject)
            where was.state in ('booked', 'exported', 'closed')
            union all
            select
                was.practice,
                e.subject
            from exact_sync.marked_entries_of(was) as e (subject)
            where
                (was.exact_id is not null and was.exact_id is distinct from became.exact_id)
                or (was.journal, was.financial_year, was.entry_number, was.reference)
                is distinct from (became.journal, became.financial_year, became.entry_number, became.reference)
            union all
            select
                d.practice,
                k.subject
            from exact_sync.practice_of_division as d
            cross join
                (values ('exact:' || was.exact_id::text), ('exact:' || became.exact_id::text)) as k (subject)
            where
                d.serves = became.practice
                and d.practice <> became.practice
                and was.exact_id is distinct from became.exact_id
        ) as m
    where coalesce(exact_sync.counts_as_changed(was, became), false)
    group by m.practice
    order by m.practice;
    perform exact_sync.mark_days(m.practice, array_agg(m.day))
    from old_rows as was
    full join new_rows as became on was.booking_id = became.booking_id
    cross join lateral (values (was.practice, was.entry_date), (was.practice, became.entry_date)) as m (practice, day)
    where coalesce(exact_sync.counts_as_changed(was, became), false)
    group by m.practice
    order by m.practice;
    return null;
end $$;
