-- As list_bookings: those in one of some states, or for one reason. They are looked up by state
-- first, so that few among many are not searched for from the newest on.
with found as materialized (
    select in_state.booking_id
    from booking as in_state
    where
        in_state.practice = %(practice)s
        and in_state.state = any(%(states)s::text[])
        and (%(reason)s::text is null or in_state.reason = %(reason)s)
)

select
    b.booking_id,
    b.source_key,
    b.kind,
    b.state,
    b.debtor_number,
    b.journal,
    b.entry_number,
    b.entry_date,
    b.reference,
    b.total_cents,
    b.reason,
    b.planned_at,
    b.booked_at
from found
inner join booking as b on found.booking_id = b.booking_id
where
    (%(before)s::bigint is null or b.booking_id < %(before)s::bigint)
    and not exists (
        select 1
        from booking as newer
        where newer.practice = b.practice and newer.source_key = b.source_key and newer.version > b.version
    )
order by b.booking_id desc
limit %(most)s;
