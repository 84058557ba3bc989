-- Rejected and held bookings that an earlier night left as they are, for the same reason: what is
-- red is new.
select b.booking_id
from booking as b
cross join
    lateral (
        select
            h.to_state,
            h.reason
        from booking_history as h
        inner join booking as version on h.booking_id = version.booking_id
        where
            version.practice = b.practice
            and version.source_key = b.source_key
            and h.run_id <> all(%(run_ids)s::uuid[])
        order by h.history_id desc
        limit 1
    ) as earlier
where
    b.booking_id = any(%(booking_ids)s)
    and b.state in ('rejected', 'held')
    and earlier.to_state = b.state
    and earlier.reason = b.reason;
