-- doubtful -> planned: the first parts of a debtor are found in Exact and written down.
-- Promises that only the parts that are left are sent.
update booking
set
    state = 'planned',
    moved_in_run = %(run_id)s,
    unknown_since = null,
    absent_since = null
where booking_id = %(booking_id)s and state = 'doubtful' and kind = 'debtor'
returning booking_id;
