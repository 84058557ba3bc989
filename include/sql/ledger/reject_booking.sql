-- planned, sending or doubtful -> rejected, with its reason and Exact's own words.
with refused as (
    update booking as b
    set
        state = 'rejected',
        reason = %(reason)s,
        reason_values = %(reason_values)s,
        exact_message = %(exact_message)s,
        claimed_by = null,
        claimed_until = null,
        unknown_since = null,
        absent_since = null
    from booking as before
    where
        b.booking_id = %(booking_id)s
        and before.booking_id = b.booking_id
        and b.state in ('planned', 'sending', 'doubtful')
    returning b.booking_id, b.attempt, before.state as from_state
),

noted as (
    insert into booking_history (booking_id, run_id, from_state, to_state, attempt, reason)
    select
        booking_id,
        %(run_id)s,
        from_state,
        'rejected',
        attempt,
        %(reason)s
    from refused
)

select booking_id
from refused;
