-- Of each cause that is open at a practice the first records that have it, the oldest first.
select
    named.cause_id,
    array_agg(named.subject order by named.place) as subjects
from (
    select
        t.cause_id,
        t.subject,
        row_number() over (partition by t.cause_id order by t.since, t.subject) as place
    from told_item as t
    where t.practice = %(practice)s
) as named
where named.place <= %(most)s
group by named.cause_id;
