-- Deletes who looked at which debtor at or before a moment.
with due as (
    select l.access_id
    from access_log as l
    where l.practice = %(practice)s and l.at <= %(before)s
    order by l.at
    limit %(rows)s
)

delete from access_log
using due
where access_log.access_id = due.access_id
returning access_log.access_id;
