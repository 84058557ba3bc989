-- Customers in Exact that are no debtor of ours: relations of the bookkeeper, or of previous
-- software.
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
        where r.practice = x.practice and r.exact_id = x.exact_id
    );
