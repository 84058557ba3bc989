-- What a debtor looked like when it was last sent.
select payload
from booking
where
    practice = %(practice)s
    and source_key = %(source_key)s
    and state = 'booked'
order by version desc
limit 1;
