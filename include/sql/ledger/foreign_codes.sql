-- Codes of relations in the division that are no debtor of a practice that it serves: customers
-- and suppliers have one range of numbers (M15).
select x.code
from exact_relation as x
where
    x.practice = %(practice)s
    and not x.deleted
    and not exists (
        select 1
        from relation as r
        inner join practice_of_division as d on r.practice = d.serves
        where d.practice = x.practice and r.exact_id = x.exact_id
    );
