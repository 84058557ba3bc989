-- Bookings of a practice, the latest version of each record, newest first: all of them, or those with
-- a number (invoice, claim, debtor or entry), in a state, or for a reason; those before a booking.
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
    and (%(before)s::bigint is null or b.booking_id < %(before)s::bigint)
    and (
        %(number)s::text is null
        or b.reference = %(number)s
        or b.debtor_number = %(number)s
        or b.entry_number = %(entry_number)s::integer
        or b.source_key in (
            'factuur:' || %(number)s, 'declaratie:' || %(number)s, 'debiteur:' || %(number)s, %(number)s
        )
    )
    and (%(state)s::text is null or b.state = %(state)s)
    and (%(reason)s::text is null or b.reason = %(reason)s)
    and not exists (
        select 1
        from booking as newer
        where newer.practice = b.practice and newer.source_key = b.source_key and newer.version > b.version
    )
order by b.booking_id desc
limit %(most)s;
