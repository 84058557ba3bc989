-- The relations in Exact that bear a code, ours and foreign; unless zeros count, also one that
-- differs by the zeros in front.
select
    x.exact_id::text,
    x.code,
    x.name,
    x.postcode,
    x.status,
    x.is_supplier,
    x.blocked,
    r.debtor_number as our_debtor_number
from exact_relation as x
left join relation as r on x.practice = r.practice and x.exact_id = r.exact_id
where
    x.practice = %(practice)s
    and plain_code(x.code) = plain_code(%(code)s)
    and (x.code = %(code)s or not %(zeros_count)s)
    and not x.deleted
order by x.code = %(code)s desc, x.exact_id;
