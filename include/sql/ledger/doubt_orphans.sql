-- sending -> doubtful for all that a dead worker left behind. Only the holder of the practice's
-- lock may run this: nobody else can be sending then. Promises that what a worker may have sent is
-- read before it is sent again.
update booking
set
    state = 'doubtful',
    moved_in_run = %(run_id)s,
    unknown_since = clock_timestamp(),
    absent_since = null,
    claimed_by = null,
    claimed_until = null
where practice = %(practice)s and state = 'sending';
