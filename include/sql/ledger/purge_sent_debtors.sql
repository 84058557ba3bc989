-- Puts fingerprints in the place of what was sent of debtors that were booked at or before a
-- moment. Promises that the next change of such a debtor sends the fields that differ and no
-- others. One that a newer booking follows needs none: nothing is compared with it. A row that
-- somebody has locked is left for the next day.
with due as (
    select
        b.booking_id,
        b.payload::jsonb as sent,
        gen_random_uuid()::text as salt,
        exists(
            select 1
            from booking as newer
            where
                newer.practice = b.practice
                and newer.source_key = b.source_key
                and newer.version > b.version
                and newer.state = 'booked'
        ) as is_followed
    from booking as b
    where
        b.practice = %(practice)s
        and b.kind = 'debtor'
        and b.state = 'booked'
        and b.payload is not null
        and b.booked_at <= %(before)s
    order by b.booking_id
    limit %(rows)s
    for update skip locked
),

parts as (
    select
        due.booking_id,
        jsonb_object_agg(
            part.key,
            part_fingerprints(due.salt, part.key, part.value)
        ) as fingerprints
    from due
    cross join lateral jsonb_each(due.sent) as part
    group by due.booking_id
)

update booking as b
set
    payload = null,
    sent_fingerprints = case
        when not due.is_followed then jsonb_build_object('salt', due.salt) || parts.fingerprints
    end,
    fingerprint = case when due.is_followed then '' else b.fingerprint end
from due
inner join parts on due.booking_id = parts.booking_id
where b.booking_id = due.booking_id
returning b.booking_id;
