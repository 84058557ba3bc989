-- Which entries in Exact another record is booked under, of any practice that the division serves.
select distinct b.exact_id::text as entry_id
from booking as b
inner join practice_of_division as d on b.practice = d.serves
where
    d.practice = %(practice)s
    and b.exact_id = any(%(entry_ids)s::uuid[])
    and b.kind <> 'debtor'
    and (b.practice, b.source_key) <> (%(practice)s, %(source_key)s);
