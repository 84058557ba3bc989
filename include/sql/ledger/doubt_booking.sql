-- sending -> doubtful: the answer was lost or unreadable; the settle delay starts now.
with doubted as (
    update booking
    set
        state = 'doubtful',
        unknown_since = clock_timestamp(),
        absent_since = null,
        exact_message = %(exact_message)s,
        claimed_by = null,
        claimed_until = null
    where booking_id = %(booking_id)s and state = 'sending'
    returning booking_id, attempt
),

noted as (
    insert into booking_history (booking_id, run_id, from_state, to_state, attempt)
    select
        booking_id,
        %(run_id)s,
        'sending',
        'doubtful',
        attempt
    from doubted
)

select booking_id
from doubted;
