-- The bookings of the batches that a run worked off: its tasks reported what is rejected or held
-- of them.
select b.booking_id
from current_booking as b
inner join load_batch as l
    on b.kind = l.kind and b.booking_id between l.first_id and l.last_id
where l.run_id = %(run_id)s and b.practice = %(practice)s and b.state in ('rejected', 'held');
