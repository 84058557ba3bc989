-- What is known of a debtor: the content of its latest booking, as long as that is kept, and the
-- name that its relation in Exact has.
select
    b.payload,
    r.exact_id::text as relation_id,
    x.name as exact_name,
    x.postcode as exact_postcode
from (
    select
        %(practice)s::text as practice,
        %(debtor_number)s::text as debtor_number
) as asked
left join lateral (
    select latest.payload
    from booking as latest
    where
        latest.practice = asked.practice
        and latest.debtor_number = asked.debtor_number
        and latest.kind = 'debtor'
    order by latest.booking_id desc
    limit 1
) as b on true
left join relation as r on asked.practice = r.practice and asked.debtor_number = r.debtor_number
left join exact_relation as x on r.practice = x.practice and r.exact_id = x.exact_id
where
    r.exact_id is not null
    or exists (
        select 1
        from booking as own
        where own.practice = asked.practice and own.debtor_number = asked.debtor_number
    );
