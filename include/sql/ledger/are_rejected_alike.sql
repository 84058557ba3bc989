-- Whether the last bookings of a kind that a run sent were all rejected by Exact for one cause.
-- Words that nobody knows are compared without their numbers. A release by a person in between
-- begins the count anew.
with last_moves as (
    select
        h.to_state = 'rejected' and b.exact_message is not null as is_rejected,
        b.reason || case
            when b.reason = 'rejected_other' then regexp_replace(b.exact_message, '[0-9]+', '', 'g')
            else ''
        end as cause
    from booking_history as h
    inner join booking as b on h.booking_id = b.booking_id
    where
        h.run_id = %(run_id)s
        and b.kind = %(kind)s
        and (
            (h.from_state = 'sending' and h.to_state in ('booked', 'rejected'))
            or (h.from_state = 'rejected' and h.to_state = 'planned')
        )
    order by h.history_id desc
    limit %(most_alike)s
)

select count(*) = %(most_alike)s and bool_and(is_rejected) and count(distinct cause) = 1 as are_alike
from last_moves;
