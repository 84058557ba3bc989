-- Whether Exact rejected a booking of a kind in this run within the hour of its error limit.
select count(*) > 0 as were_rejected
from booking_history as h
inner join booking as b on h.booking_id = b.booking_id
where
    h.run_id = %(run_id)s
    and b.kind = %(kind)s
    and h.from_state = 'sending'
    and h.to_state = 'rejected'
    and h.at > clock_timestamp() - interval '1 hour';
