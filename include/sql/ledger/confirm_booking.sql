-- sending or doubtful -> booked: Exact has it, under this id.
with confirmed as (
    update booking as b
    set
        state = 'booked',
        exact_id = %(exact_id)s,
        booked_at = clock_timestamp(),
        claimed_by = null,
        claimed_until = null,
        unknown_since = null,
        absent_since = null,
        reason = null,
        reason_values = null,
        exact_message = null
    from booking as before
    where
        b.booking_id = %(booking_id)s
        and before.booking_id = b.booking_id
        and b.state in ('sending', 'doubtful')
    returning b.booking_id, b.attempt, before.state as from_state
),

noted as (
    insert into booking_history (booking_id, run_id, from_state, to_state, attempt)
    select
        booking_id,
        %(run_id)s,
        from_state,
        'booked',
        attempt
    from confirmed
)

select booking_id
from confirmed;
