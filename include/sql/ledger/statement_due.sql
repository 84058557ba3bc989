-- Active practices without a statement of a month, that a night has compared: one of after the
-- month where that must be so. The address is that of the practice; null without one.
select
    p.code as practice,
    p.name,
    p.practice_mail as address
from practice as p
where
    p.active
    and p.division is not null
    and (p.created_at at time zone 'Europe/Amsterdam')::date < %(before_date)s
    and not exists (
        select 1
        from month_statement as s
        where s.practice = p.code and s.month = %(month)s
    )
    and exists (
        select 1
        from run as r
        where
            r.practice = p.code
            and r.is_night
            and r.numbers is not null
            and r.james_totals is not null
            and (r.book_day >= %(before_date)s or not %(must_be_complete)s)
    )
order by p.code;
