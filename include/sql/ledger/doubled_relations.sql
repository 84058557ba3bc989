-- Relations of ours whose code another relation in Exact bears as well: Exact allows a code once,
-- so a call of ours was executed twice by a server that does not. Reads the mirror alone. A
-- relation that is ours under a code of its own (M16) says nothing of who else bears the number.
select
    'debiteur:' || r.debtor_number as source_key,
    string_agg(x.exact_id::text, ' ' order by x.exact_id) as parts
from relation as r
inner join exact_relation as x
    on
        r.practice = x.practice
        and r.debtor_number = x.code
        and r.exact_id <> x.exact_id
inner join exact_relation as own
    on r.practice = own.practice and r.exact_id = own.exact_id and r.debtor_number = own.code
where r.practice = %(practice)s and not x.deleted
group by r.debtor_number
order by r.debtor_number;
