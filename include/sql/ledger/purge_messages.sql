-- Empties Exact's own words about records that are at rest since a moment: closed, or followed by a
-- newer version. Of what is open they stay, for whoever cures it.
with due as (
    select b.booking_id
    from booking as b
    where
        b.practice = %(practice)s
        and b.exact_message is not null
        and (
            b.state in ('booked', 'exported', 'closed')
            or exists (
                select 1
                from booking as newer
                where
                    newer.practice = b.practice
                    and newer.source_key = b.source_key
                    and newer.version > b.version
                    and newer.planned_at <= %(before)s
            )
        )
        and not exists (
            select 1
            from booking_history as h
            where h.booking_id = b.booking_id and h.at > %(before)s
        )
    order by b.booking_id
    limit %(rows)s
    for update skip locked
)

update booking as b
set exact_message = null
from due
where b.booking_id = due.booking_id
returning b.booking_id;
