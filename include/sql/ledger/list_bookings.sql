-- Bookings of a practice, the latest version of each record, newest first; those before a booking.
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
from booking as b
where
    b.practice = %(practice)s
    and b.booking_id < coalesce(%(before)s::bigint, 9223372036854775807)
    and not exists (
        select 1
        from booking as newer
        where newer.practice = b.practice and newer.source_key = b.source_key and newer.version > b.version
    )
order by b.booking_id desc
limit %(most)s;
