-- planned -> sending: the intent is committed before the call. Returns a row only to the one worker that won.
with claimed as (
    update booking
    set
        state = 'sending',
        attempt = attempt + 1,
        claimed_by = %(worker)s,
        claimed_until = clock_timestamp() + make_interval(secs => %(claim_seconds)s),
        unknown_since = null,
        absent_since = null
    where booking_id = %(booking_id)s and state = 'planned'
    returning booking_id, attempt
),

noted as (
    insert into booking_history (booking_id, run_id, from_state, to_state, attempt)
    select
        booking_id,
        %(run_id)s,
        'planned',
        'sending',
        attempt
    from claimed
)

select attempt
from claimed;
