-- How many invoices and claims active practices have of a day, and of the same day of the week in
-- the weeks before it, since their link; for practices whose night after that day came to its end.
select
    p.code as practice,
    p.name,
    days.day::date as day,
    (
        select count(distinct b.source_key)
        from booking as b
        where b.practice = p.code and b.entry_date = days.day::date and b.kind <> 'debtor'
    ) as invoices
from practice as p
cross join
    generate_series(
        %(day)s::date - 7 * %(weeks)s::integer, %(day)s::date, interval '7 days'
    ) as days (day)
where
    p.active
    and p.link_date <= days.day::date
    and exists (
        select 1
        from run as r
        where
            r.practice = p.code
            and r.book_day > %(day)s
            and r.finished_at is not null
            and r.is_night
    )
order by p.code, days.day;
