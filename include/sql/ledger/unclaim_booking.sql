-- sending -> planned: certainly never sent, or certainly not executed.
with unclaimed as (
    update booking
    set
        state = 'planned',
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
        'planned',
        attempt
    from unclaimed
)

select booking_id
from unclaimed;
