-- Invoices and claims that are neither booked nor handed over, and whether a person closed them.
select
    source_key,
    state = 'closed' and closed_by_person as is_closed
from current_booking
where
    practice = %(practice)s
    and kind <> 'debtor'
    and state in ('held', 'planned', 'sending', 'rejected', 'doubtful', 'closed')
    and (entry_date is null or (entry_date >= %(from_date)s and entry_date < %(before_date)s))
order by source_key;
