-- rejected, to be tried again: what Exact rejected because its period is closed. The next night
-- sends it under its own number, whatever is read of the circumstances.
update booking as b
set
    rejected_under = null,
    rejected_times = 0
from open_booking as o
where
    b.booking_id = o.booking_id
    and b.practice = %(practice)s
    and b.state = 'rejected'
    and b.reason = 'period_closed'
    and (%(year)s::integer is null or b.financial_year = %(year)s)
    and (%(period)s::integer is null or b.financial_period = %(period)s)
returning b.booking_id;
