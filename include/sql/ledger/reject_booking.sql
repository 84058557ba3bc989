-- planned, sending or doubtful -> rejected, with its reason and Exact's own words.
-- Promises that it is not sent again but as its next version, by plan_release.sql or
-- release_rejected.sql.
update booking
set
    state = 'rejected',
    moved_in_run = %(run_id)s,
    reason = %(reason)s,
    reason_values = %(reason_values)s,
    exact_message = %(exact_message)s,
    claimed_by = null,
    claimed_until = null,
    unknown_since = null,
    absent_since = null
where booking_id = %(booking_id)s and state in ('planned', 'sending', 'doubtful')
returning booking_id;
