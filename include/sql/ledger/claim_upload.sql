-- planned -> sending for all entries of one upload: the intent is committed before the call.
-- Promises, of each entry, what claim_bookings.sql promises: of any number of workers one
-- gets it, and what is sent is what stands here. Returns what was claimed, with its attempt.
with made as (
    insert into upload (practice, run_id, entries)
    values (%(practice)s, %(run_id)s, cardinality(%(booking_ids)s::bigint[]))
    returning upload_id
),

wanted as (
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
    upload_id = made.upload_id
from made
cross join wanted
where
    b.booking_id = wanted.booking_id
    and b.practice = %(practice)s
    and b.state = 'planned'
    and b.version = wanted.version
    and b.fingerprint = wanted.fingerprint
returning b.booking_id, b.attempt, b.upload_id;
