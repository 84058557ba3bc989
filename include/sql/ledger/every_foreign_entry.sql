-- The entries in our journals that no record of the practice is booked under, in order, from behind
-- `after` on.
select 'exact:' || x.entry_id::text as subject
from exact_line as x
where
    x.practice = %(practice)s
    and x.entry_id > replace(%(after)s, 'exact:', '')::uuid
    and not exists (
        select 1
        from booking as b
        where b.practice = x.practice and b.exact_id = x.entry_id
    )
group by x.entry_id
order by x.entry_id
limit %(most)s;
