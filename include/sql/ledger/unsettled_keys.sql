-- Invoices and claims that are neither booked nor handed over.
select source_key
from current_booking
where
    practice = %(practice)s
    and kind <> 'debtor'
    and state not in ('booked', 'exported')
    and (entry_date is null or (entry_date >= %(from_date)s and entry_date < %(before_date)s))
order by source_key;
