-- What a run did: how many bookings reached each state through it, by kind. A debtor is created
-- when nothing was booked before for the relation that it has now, and the relation was not
-- adopted; it is changed when something was sent to it: a part that James has no more is left as it
-- is in Exact, so a debtor may be booked anew without a call. Fingerprints are compared where what
-- was sent before was purged.
with booked as (
    select b.*  -- noqa: AM04
    from (
        select distinct h.booking_id
        from booking_history as h
        where h.to_state = 'booked' and h.run_id = any(%(run_ids)s::uuid[])
    ) as moved
    cross join
        lateral (
            -- Looked up one by one, however many bookings PostgreSQL expects of a run.
            select of_run.*
            from booking as of_run
            where of_run.booking_id = moved.booking_id
            limit 1  -- noqa: AM09
        ) as b
),

debtor as (
    select
        b.booking_id,
        before.parts is null and adopted.by_person is null as is_created,
        coalesce(before.parts || sent.parts = before.parts, false) as is_unchanged
    from booked as b
    left join
        lateral (
            select
                coalesce(other.payload::jsonb, other.sent_fingerprints) as parts,
                case when other.payload is null then other.sent_fingerprints ->> 'salt' end as salt
            from booking as other
            where
                other.practice = b.practice
                and other.source_key = b.source_key
                and other.booking_id < b.booking_id
                and other.state = 'booked'
                and other.exact_id = b.exact_id
            order by other.booking_id desc
            limit 1
        ) as before
        on true
    cross join
        lateral (
            select
                jsonb_object_agg(
                    part.key,
                    case
                        when before.salt is null then part.value
                        else part_fingerprints(before.salt, part.key, part.value)
                    end
                ) as parts
            from jsonb_each(b.payload::jsonb) as part
            where jsonb_typeof(part.value) = 'object'
        ) as sent
    left join
        lateral (
            select r.adopted_by as by_person
            from relation as r
            where r.practice = b.practice and r.exact_id = b.exact_id
        ) as adopted
        on true
    where b.kind = 'debtor'
)

select
    count(*) filter (where d.is_created) as debtors_created,
    count(*) filter (where not (d.is_created or d.is_unchanged)) as debtors_changed,
    count(*) filter (where b.kind = 'sales_entry') as sales_entries,
    count(*) filter (where b.kind = 'general_journal_entry') as general_journal_entries
from booked as b
left join debtor as d on b.booking_id = d.booking_id;
