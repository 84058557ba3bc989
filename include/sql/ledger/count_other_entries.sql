-- How many entries of others our journals hold in these days: neither ours, nor of another practice
-- that the division serves, nor named after an invoice of James.
select count(distinct x.entry_id) as entries
from exact_line as x
where
    x.practice = %(practice)s
    and x.entry_date >= %(from_date)s
    and x.entry_date < %(before_date)s
    and x.entry_id <> all(%(named)s::uuid[])
    and not exists (
        select 1
        from booking as b
        inner join practice_of_division as d on b.practice = d.serves
        where d.practice = x.practice and b.practice <> x.practice and b.exact_id = x.entry_id
    );
