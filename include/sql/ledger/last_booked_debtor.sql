-- What a debtor looked like when it was last sent to the relation it has now: its payload, or its
-- fingerprints once that was purged.
select
    b.payload,
    b.sent_fingerprints
from booking as b
inner join relation as r
    on
        b.practice = r.practice
        and b.debtor_number = r.debtor_number
        and b.exact_id = r.exact_id
where
    b.practice = %(practice)s
    and b.source_key = %(source_key)s
    and b.state = 'booked'
order by b.version desc
limit 1;
