-- All of a practice that is not at rest or rejected: what the report names.
select *  -- noqa: AM04
from attention_booking
where practice = %(practice)s
order by planned_at, booking_id;
