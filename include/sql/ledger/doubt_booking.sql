-- sending -> doubtful: the answer was lost or unreadable; the settle delay starts now.
-- Promises that it is not sent again before Exact was read.
update booking
set
    state = 'doubtful',
    moved_in_run = %(run_id)s,
    unknown_since = clock_timestamp(),
    absent_since = null,
    exact_message = %(exact_message)s,
    claimed_by = null,
    claimed_until = null
where booking_id = %(booking_id)s and state = 'sending'
returning booking_id;
