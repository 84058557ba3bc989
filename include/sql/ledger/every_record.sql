-- The keys of all invoices and claims of a practice, in order, from behind `after` on.
select source_key as subject
from booking
where
    practice = %(practice)s
    and source_key > %(after)s
    and kind <> 'debtor'
    and is_latest
order by source_key
limit %(most)s;
