-- The relations in Exact that bear a code, ours (of whatever practice the division serves) and
-- foreign; unless zeros count, also one that
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
left join
    lateral (
        select ours.debtor_number
        from relation as ours
        inner join practice_of_division as d on ours.practice = d.serves
        where d.practice = x.practice and ours.exact_id = x.exact_id
        order by ours.practice
        limit 1
    ) as r
    on true
where
    x.practice = %(practice)s
    and plain_code(x.code) = plain_code(%(code)s)
    and (x.code = %(code)s or not %(zeros_count)s)
    and not x.deleted
order by x.code = %(code)s desc, x.exact_id;
