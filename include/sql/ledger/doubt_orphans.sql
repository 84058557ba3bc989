-- sending -> doubtful for all that a dead worker left behind. Only the holder of the practice's lock may ask: nobody else can be sending then.
with doubted as (
    update booking
    set
        state = 'doubtful',
        unknown_since = clock_timestamp(),
        absent_since = null,
        claimed_by = null,
        claimed_until = null
    where practice = %(practice)s and state = 'sending'
    returning booking_id, attempt
)

insert into booking_history (booking_id, run_id, from_state, to_state, attempt)
select
    booking_id,
    %(run_id)s,
    'sending',
    'doubtful',
    attempt
from doubted;
