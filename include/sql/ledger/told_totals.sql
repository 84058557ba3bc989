-- The fleet by what is open: how many practices are active, of how many something is open, and
-- which has the oldest, since when.
select
    (select count(*)::integer from practice as p where p.active) as active,
    count(distinct t.practice)::integer as practices,
    min(t.since) as since,
    (
        select p.name
        from told_item as oldest
        inner join practice as p on oldest.practice = p.code
        order by oldest.since, oldest.practice
        limit 1
    ) as oldest_practice
from told_item as t;
