-- What was rejected before sending: by the booking rules, or by the check against the division's
-- lists.
select *  -- noqa: AM04
from attention_booking
where practice = %(practice)s and state = 'rejected' and is_unsendable
order by booking_id;
