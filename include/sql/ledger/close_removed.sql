-- booked, rejected or held -> closed: it is neither in James nor in Exact any more, by people's
-- hands. Promises that it is sent no more, until James has it again.
update booking
set state = 'closed', moved_in_run = %(run_id)s
where
    practice = %(practice)s
    and booking_id = any(%(booking_ids)s)
    and state in ('booked', 'rejected', 'held');
