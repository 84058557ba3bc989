-- All of a practice that is neither booked, handed over nor closed, also what waits for the next
-- night: how a run ended, and what a dry run leaves.
select *  -- noqa: AM04
from attention_booking
where practice = %(practice)s
order by planned_at, booking_id;
