-- One record of a practice that is neither booked nor handed over.
select *  -- noqa: AM04
from attention_booking
where practice = %(practice)s and source_key = %(source_key)s;
