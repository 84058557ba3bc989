-- How many entries of others our journals hold in these days: neither ours, nor of another practice
-- that the division serves, nor named after an invoice of James. Looked at again here: a record of
-- other days may have got their number since.
select count(*) as entries
from other_entry as o
where
    o.practice = %(practice)s
    and o.first_day < %(before_date)s
    and o.last_day >= %(from_date)s
    and exists (
        select 1
        from exact_line as x
        where
            x.practice = o.practice
            and x.entry_id = o.entry_id
            and x.entry_date >= %(from_date)s
            and x.entry_date < %(before_date)s
    )
    and not exists (
        select 1
        from booking as b
        inner join practice_of_division as d on b.practice = d.serves
        where d.practice = o.practice and b.exact_id = o.entry_id
    )
    and not exists (
        select 1
        from exact_line as x
        inner join
            booking as b
            on
                x.practice = b.practice
                and x.entry_number = b.entry_number
                and x.journal = b.journal
                and x.financial_year = b.financial_year
        where x.practice = o.practice and x.entry_id = o.entry_id
    )
    and not exists (
        select 1
        from exact_line as x
        inner join booking as b on x.practice = b.practice and x.reference = b.reference
        where x.practice = o.practice and x.entry_id = o.entry_id
    );
