-- What PIN and cash put on each suspense account per day, for the bookkeeper to match with bank
-- and till: gross cents, and the number of entries. As it was added up per day, and one by one of
-- the days that were marked since.
with marked as (
    select m.day
    from to_add_up as m
    where m.practice = %(practice)s and m.day >= %(from_date)s and m.day < %(before_date)s
),

parts as (
    select
        d.day,
        d.suspense_account,
        d.entries,
        d.total_cents
    from day_state as d
    where
        d.practice = %(practice)s
        and d.day >= %(from_date)s
        and d.day < %(before_date)s
        and d.kind = 'general_journal_entry'
        and d.state = 'booked'
        and d.day not in (select marked.day from marked)
    union all
    select
        s.day,
        s.suspense_account,
        s.entries,
        s.total_cents
    from marked
    cross join
        lateral (
            select a.*
            from added_state as a
            where
                a.practice = %(practice)s
                and a.day = marked.day
                and a.kind = 'general_journal_entry'
                and a.state = 'booked'
            offset 0  -- noqa: AM09
        ) as s
)

select
    day,
    nullif(suspense_account, '') as gl_account_id,
    sum(entries)::bigint as entries,
    sum(total_cents)::bigint as gross_cents
from parts
group by day, suspense_account
order by day, suspense_account;
