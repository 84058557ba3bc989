-- The first day that nights look at moves to the end of the last financial year that is past its
-- term in two days. Promises that it is never moved back, and that nothing is deleted yet: a night
-- that began before could take what is gone for new.
with years as (
    select max(exact_day(p.row ->> 'EndDate')) as last_day
    from exact_list as l
    cross join jsonb_array_elements(l.rows) as p (row)
    where l.practice = %(practice)s and l.list_name = 'periods'
    group by p.row ->> 'FinYear'
),

past as (
    select
        max(y.last_day) filter (
            where
            extract(year from y.last_day)
            < extract(year from (%(now)s + interval '2 days') at time zone 'Europe/Amsterdam') - %(years)s
        ) as last_day
    from years as y
)

update practice as p
set kept_from = past.last_day + 1, kept_from_since = %(now)s
from past
where
    p.code = %(practice)s
    and past.last_day + 1 > greatest(p.kept_from, p.first_sync_date)
returning p.code;
