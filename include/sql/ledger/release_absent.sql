-- doubtful -> planned: absent twice, so it may be sent once more.
with released as (
    update booking
    set
        state = 'planned',
        unknown_since = null,
        absent_since = null
    where booking_id = %(booking_id)s and state = 'doubtful' and absent_since is not null
    returning booking_id, attempt
),

noted as (
    insert into booking_history (booking_id, run_id, from_state, to_state, attempt)
    select
        booking_id,
        %(run_id)s,
        'doubtful',
        'planned',
        attempt
    from released
)

select booking_id
from released;
