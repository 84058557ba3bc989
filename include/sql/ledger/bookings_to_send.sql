-- The planned bookings of a batch in the order in which they are sent: what was sent before goes
-- last. One whose answers were lost too often in this run waits for the next: it must not keep the
-- others waiting.
select b.*  -- noqa: AM04
from booking_to_send as b
where
    b.practice = %(practice)s
    and b.kind = %(kind)s
    and b.turn = %(turn)s
    and b.booking_id between %(first_id)s and %(last_id)s
    and b.state = 'planned'
    and %(most_lost_answers)s > (
        select count(*)
        from booking_history as h
        where
            h.booking_id = b.booking_id
            and h.run_id = %(run_id)s
            and h.from_state = 'sending'
            and h.to_state = 'doubtful'
    )
order by b.attempt > 0, b.booking_id;
