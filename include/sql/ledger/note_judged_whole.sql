-- All of these days was compared, whatever was marked. A run of an older day than another one
-- leaves that to it: its days end before those of the other one.
insert into judged_whole as j (practice, from_date, book_day, run_id, judged_under, row_version)
select
    r.practice,
    %(from_date)s,
    r.book_day,
    r.run_id,
    %(judged_under)s,
    (
        select max(c.row_version)
        from exact_cursor as c
        where
            c.practice = r.practice
            and c.list_name like 'lines %%'
            and c.list_name not like '%%, first year'
    ) as row_version
from run as r
where
    r.run_id = %(run_id)s
    and not exists (
        select 1
        from run as later
        where later.practice = r.practice and later.book_day > r.book_day and not later.dry_run
    )
on conflict (practice, from_date) do update
    set
        book_day = excluded.book_day,
        run_id = excluded.run_id,
        judged_under = excluded.judged_under,
        row_version = excluded.row_version,
        judged_at = now();
