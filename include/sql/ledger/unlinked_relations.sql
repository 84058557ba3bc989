-- Customers in Exact that are no debtor of a practice that the division serves: relations of the
-- bookkeeper, or of previous software.
select
    x.exact_id::text,
    x.code,
    x.name,
    x.postcode
from exact_relation as x
where
    x.practice = %(practice)s
    and not x.deleted
    and x.status = 'C'
    and not exists (
        select 1
        from relation as r
        inner join practice_of_division as d on r.practice = d.serves
        where d.practice = x.practice and r.exact_id = x.exact_id
    );
