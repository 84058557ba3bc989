-- What is to be sent for a practice, cut into batches of consecutive bookings, in the order in
-- which they are sent. Returns turn, kind, first and last id, number of bookings.
with waiting as (
    select
        booking_id,
        turn,
        kind,
        (row_number() over (partition by turn, kind order by booking_id) - 1) / %(batch_size)s as batch
    from booking
    where practice = %(practice)s and state in ('planned', 'held', 'sending', 'doubtful')
)

select
    turn,
    kind,
    min(booking_id) as first_id,
    max(booking_id) as last_id,
    count(*) as bookings
from waiting
group by turn, kind, batch
order by turn, kind, batch;
