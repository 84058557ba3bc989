-- The doubtful bookings of a practice, with the seconds until Exact may be asked (again), by this
-- database's clock.
select
    b.*,  -- noqa: AM04
    b.absent_since is not null as absent_once,
    greatest(
        0,
        %(settle_seconds)s - extract(epoch from clock_timestamp() - coalesce(b.absent_since, b.unknown_since))
    )::double precision as wait_seconds
from booking_to_send as b
where b.practice = %(practice)s and b.state = 'doubtful'
order by wait_seconds, b.booking_id;
