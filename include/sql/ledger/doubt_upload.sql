-- sending -> doubtful for what is left of an upload: its answer was lost, does not name it, or
-- Exact does not show it yet. The settle delay starts now.
-- Promises that none of it is sent again before Exact was read.
update booking
set
    state = 'doubtful',
    moved_in_run = %(run_id)s,
    unknown_since = clock_timestamp(),
    absent_since = null,
    exact_message = %(exact_message)s,
    claimed_by = null,
    claimed_until = null
where upload_id = %(upload_id)s and practice = %(practice)s and state = 'sending'
returning booking_id;
