-- Where a practice's money stands: number and gross cents of invoices and claims per state, latest
-- version each. What is at rest as it was added up per day, and one by one of the days that were
-- marked since; what is open, and what has no day, one by one.
with marked as (
    select m.day
    from to_add_up as m
    where m.practice = %(practice)s and m.day >= %(from_date)s and m.day < %(before_date)s
),

parts as (
    select
        d.state,
        d.latest_entries as bookings,
        d.latest_cents as cents
    from day_state as d
    where
        d.practice = %(practice)s
        and d.day >= %(from_date)s
        and d.day < %(before_date)s
        and d.latest_entries > 0
        and d.day not in (select marked.day from marked)
    union all
    select
        s.state,
        s.latest_entries as bookings,
        s.latest_cents as cents
    from marked
    cross join
        lateral (
            select a.*
            from added_state as a
            where a.practice = %(practice)s and a.day = marked.day and a.latest_entries > 0
            offset 0  -- noqa: AM09
        ) as s
    union all
    select
        b.state,
        1 as bookings,
        b.total_cents as cents
    from booking as b
    where
        b.practice = %(practice)s
        and b.kind <> 'debtor'
        and b.is_latest
        and b.state in ('held', 'planned', 'sending', 'rejected', 'doubtful')
        and b.entry_date >= %(from_date)s
        and b.entry_date < %(before_date)s
    union all
    select
        b.state,
        1 as bookings,
        b.total_cents as cents
    from booking as b
    where b.practice = %(practice)s and b.kind <> 'debtor' and b.is_latest and b.entry_date is null
)

select
    state,
    sum(bookings)::bigint as bookings,
    sum(cents)::bigint as total_cents
from parts
group by state
order by state;
