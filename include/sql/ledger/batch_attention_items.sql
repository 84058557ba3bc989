-- What of a batch is not booked now.
select *  -- noqa: AM04
from attention_booking
where
    practice = %(practice)s
    and kind = %(kind)s
    and turn = %(turn)s
    and booking_id between %(first_id)s and %(last_id)s
order by booking_id;
