-- Active, linked practices whose night of a day did not come to its end, with the run that came
-- furthest and the last night that ended. A practice that was registered on that day or later has
-- no night of it.
select
    p.code as practice,
    p.name,
    tonight.started_at,
    last.book_day as last_day
from practice as p
left join
    lateral (
        select
            r.started_at,
            r.finished_at
        from run as r
        where
            r.practice = p.code
            and r.book_day = %(day)s
            and r.is_night
        order by (r.finished_at is null) asc, r.started_at desc
        limit 1
    ) as tonight
    on true
left join
    lateral (
        select r.book_day
        from run as r
        where
            r.practice = p.code
            and r.finished_at is not null
            and r.is_night
        order by r.book_day desc
        limit 1
    ) as last
    on true
where
    p.active
    and p.division is not null
    and (p.created_at at time zone 'Europe/Amsterdam')::date < %(day)s
    and tonight.finished_at is null
order by p.code;
