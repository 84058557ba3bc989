-- Where a practice's money stands: number and gross cents of invoices and claims per state, latest
-- version each.
select
    state,
    count(*) as bookings,
    coalesce(sum(total_cents), 0)::bigint as total_cents
from every_current_booking
where
    practice = %(practice)s
    and kind <> 'debtor'
    and (entry_date is null or (entry_date >= %(from_date)s and entry_date < %(before_date)s))
group by state
order by state;
