-- How many entries of others our journals hold in these days: neither ours nor named after an
-- invoice of James.
select count(distinct x.entry_id) as entries
from exact_line as x
where
    x.practice = %(practice)s
    and x.entry_date >= %(from_date)s
    and x.entry_date < %(before_date)s
    and x.entry_id <> all(%(named)s::uuid[]);
