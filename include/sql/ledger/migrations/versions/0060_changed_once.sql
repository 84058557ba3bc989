-- What counts as changed is said by counts_as_changed alone: the function of version 0059 said the
-- half of it once more, and read the rows of a statement three times for what they name.
create or replace function mark_changed_bookings() returns trigger language plpgsql as $$
declare
    changed bigint [] := array(
        select became.booking_id
        from old_rows as was
        inner join new_rows as became on was.booking_id = became.booking_id
        where exact_sync.counts_as_changed(was, became)
    );
begin
    if changed = '{}' then
        return null;
    end if;
    perform exact_sync.mark_subjects(m.practice, array_agg(m.subject))
    from old_rows as was
    inner join new_rows as became on was.booking_id = became.booking_id
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
    where was.booking_id = any(changed)
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
