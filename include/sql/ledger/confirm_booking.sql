-- sending or doubtful -> booked: Exact has it, under this id.
-- Promises that it is never sent again: no move leads away from booked.
update booking
set
    state = 'booked',
    moved_in_run = %(run_id)s,
    exact_id = %(exact_id)s,
    booked_at = clock_timestamp(),
    claimed_by = null,
    claimed_until = null,
    unknown_since = null,
    absent_since = null,
    reason = null,
    reason_values = null,
    exact_message = null
where booking_id = %(booking_id)s and state in ('sending', 'doubtful')
returning booking_id;
