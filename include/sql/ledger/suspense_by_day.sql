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
        b.entry_date as day,
        suspense_account(b.kind, b.payload) as suspense_account,
        1 as entries,
        b.total_cents
    from marked
    inner join booking as b on b.practice = %(practice)s and marked.day = b.entry_date
    where b.kind = 'general_journal_entry' and b.state = 'booked'
)

select
    day,
    nullif(suspense_account, '') as gl_account_id,
    sum(entries)::bigint as entries,
    sum(total_cents)::bigint as gross_cents
from parts
group by day, suspense_account
order by day, suspense_account;
