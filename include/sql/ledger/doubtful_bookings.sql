-- The doubtful bookings of a practice, with the seconds until Exact may be asked (again), by this
-- database's clock, and whether an answer was lost: else it is only compared with what others
-- typed; and whether it went in an upload, so that many can be looked up at once.
select
    b.*,  -- noqa: AM04
    b.absent_since is not null as absent_once,
    b.attempt > sent.rejected_attempt as answer_was_lost,
    sent.upload_id is not null as was_uploaded,
    greatest(
        0,
        %(settle_seconds)s - extract(epoch from clock_timestamp() - coalesce(b.absent_since, b.unknown_since))
    )::double precision as wait_seconds
from booking_to_send as b
inner join booking as sent on b.booking_id = sent.booking_id
where b.practice = %(practice)s and b.state = 'doubtful'
order by wait_seconds, b.booking_id;
