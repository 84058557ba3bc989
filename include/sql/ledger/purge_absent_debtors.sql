-- Empties debtors that Exact rejected, that did not move since a moment, and that James has no more
-- (the last debtors that were read don't have them). Their fingerprint becomes another: one that is
-- in James again reads differently, and is planned anew with what James has then. Promises that
-- nothing is sent from an emptied one.
with last_read as (
    select r.run_id
    from run as r
    where
        r.practice = %(practice)s
        and exists (
            select 1
            from staged_debtor as s
            where s.run_id = r.run_id
        )
    order by coalesce(r.read_at, r.started_at) desc
    limit 1
),

due as (
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
        and exists (select 1 from last_read)
        and not exists (
            select 1
            from staged_debtor as s
            inner join last_read on s.run_id = last_read.run_id
            where btrim(s.debtor_number) = btrim(b.debtor_number)
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
