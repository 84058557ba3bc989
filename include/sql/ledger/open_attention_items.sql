-- The records of a practice that are open, the oldest first: what mail names.
select *  -- noqa: AM04
from open_booking
where practice = %(practice)s
order by since, booking_id;
