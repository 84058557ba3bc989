-- Empties older versions of debtors: what was rejected, and has a newer version since a moment or
-- longer; and the fingerprints of what was booked, once a newer version is booked. Nothing is sent
-- from them, nor compared with them.
with due as (
    select b.booking_id
    from booking as b
    where
        b.practice = %(practice)s
        and b.kind = 'debtor'
        and (
            (
                b.payload is not null
                and b.state = 'rejected'
                and exists (
                    select 1
                    from booking as newer
                    where
                        newer.practice = b.practice
                        and newer.source_key = b.source_key
                        and newer.version > b.version
                        and newer.planned_at <= %(before)s
                )
            )
            or (
                b.sent_fingerprints is not null
                and exists (
                    select 1
                    from booking as newer
                    where
                        newer.practice = b.practice
                        and newer.source_key = b.source_key
                        and newer.version > b.version
                        and newer.state = 'booked'
                )
            )
        )
    order by b.booking_id
    limit %(rows)s
    for update skip locked
)

update booking as b
set payload = null, sent_fingerprints = null, fingerprint = ''
from due
where b.booking_id = due.booking_id
returning b.booking_id;
