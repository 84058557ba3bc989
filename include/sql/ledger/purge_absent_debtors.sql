-- Empties debtors that Exact rejected, that did not move since a moment, and that James has no more
-- (`james_debtor`, by the last reading). Their fingerprint becomes another: one that is
-- in James again reads differently, and is planned anew with what James has then. Promises that
-- nothing is sent from an emptied one.
with due as (
    select b.booking_id
    from booking as b
    where
        b.practice = %(practice)s
        and b.kind = 'debtor'
        and b.state = 'rejected'
        and b.payload is not null
        and not exists (
            select 1
            from booking as newer
            where
                newer.practice = b.practice
                and newer.source_key = b.source_key
                and newer.version > b.version
        )
        and not exists (
            select 1
            from booking_history as h
            where h.booking_id = b.booking_id and h.at > %(before)s
        )
        and exists (
            select 1
            from james_debtor as j
            where j.practice = %(practice)s
        )
        and not exists (
            select 1
            from james_debtor as j
            where j.practice = %(practice)s and j.debtor_number = btrim(b.debtor_number)
        )
    order by b.booking_id
    limit %(rows)s
    for update skip locked
)

update booking as b
set
    payload = null,
    exact_message = null,
    fingerprint = encode(sha256(convert_to('purged ' || b.fingerprint, 'UTF8')), 'hex')
from due
where b.booking_id = due.booking_id
returning b.booking_id;
