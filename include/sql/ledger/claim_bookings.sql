-- planned -> sending for bookings that go out one after the other: the intent is committed before
-- the first call.
-- Promises, of each by itself, that of any number of workers one gets it, that what is sent is what
-- stands here, and that a call that was made is never unknown here. Returns what was claimed, with
-- its attempt.
with wanted as (
    select *  -- noqa: AM04
    from unnest(%(booking_ids)s::bigint[], %(versions)s::integer[], %(fingerprints)s::text[])
        as w (booking_id, version, fingerprint)
)

update booking as b
set
    state = 'sending',
    moved_in_run = %(run_id)s,
    attempt = b.attempt + 1,
    claimed_by = %(worker)s,
    claimed_until = clock_timestamp() + make_interval(secs => %(claim_seconds)s),
    unknown_since = null,
    absent_since = null,
    upload_id = null
from wanted
where
    b.booking_id = wanted.booking_id
    and b.state = 'planned'
    and b.version = wanted.version
    and b.fingerprint = wanted.fingerprint
returning b.booking_id, b.attempt;
