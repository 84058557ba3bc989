-- The relations that look like a debtor and wait for a person's word.
select
    m.exact_id::text,
    m.kind,
    m.code
from open_match as m
where m.practice = %(practice)s and m.debtor_number = %(debtor_number)s
order by m.kind desc, m.code asc;
