-- As list_bookings: those with a number of invoice, claim, debtor or entry, or of the record in
-- James; and in one of some states, or for one reason. Each number has an index of its own.
with found as materialized (
    select by_reference.booking_id
    from booking as by_reference
    where by_reference.practice = %(practice)s and by_reference.reference = %(number)s
    union distinct
    select by_debtor.booking_id
    from booking as by_debtor
    where by_debtor.practice = %(practice)s and by_debtor.debtor_number = %(number)s
    union distinct
    select by_entry.booking_id
    from booking as by_entry
    where by_entry.practice = %(practice)s and by_entry.entry_number = %(entry_number)s::integer
    union distinct
    select by_key.booking_id
    from booking as by_key
    where
        by_key.practice = %(practice)s
        and by_key.source_key in (
            'factuur:' || %(number)s, 'declaratie:' || %(number)s, 'debiteur:' || %(number)s, %(number)s
        )
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
    (%(states)s::text[] is null or b.state = any(%(states)s::text[]))
    and (%(reason)s::text is null or b.reason = %(reason)s)
    and (%(before)s::bigint is null or b.booking_id < %(before)s::bigint)
    and not exists (
        select 1
        from booking as newer
        where newer.practice = b.practice and newer.source_key = b.source_key and newer.version > b.version
    )
order by b.booking_id desc
limit %(most)s;
