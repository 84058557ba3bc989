-- What of a batch its run booked: number and gross cents.
select
    count(*) filter (where state = 'booked') as booked,
    coalesce(sum(total_cents) filter (where state = 'booked'), 0)::bigint as booked_cents
from current_booking
where
    practice = %(practice)s
    and kind = %(kind)s
    and turn = %(turn)s
    and booking_id between %(first_id)s and %(last_id)s
    and moved_in_run = %(run_id)s;
