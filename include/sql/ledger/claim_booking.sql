-- planned -> sending: the intent is committed before the call.
-- Promises that of any number of workers one gets a row, that what is sent is what stands here,
-- and that a call that was made is never unknown here. Returns the attempt.
update booking
set
    state = 'sending',
    moved_in_run = %(run_id)s,
    attempt = attempt + 1,
    claimed_by = %(worker)s,
    claimed_until = clock_timestamp() + make_interval(secs => %(claim_seconds)s),
    unknown_since = null,
    absent_since = null,
    upload_id = null
where
    booking_id = %(booking_id)s
    and state = 'planned'
    and version = %(version)s
    and fingerprint = %(fingerprint)s
returning attempt;
