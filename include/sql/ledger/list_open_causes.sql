-- What is open at a practice per reason: how many records, since when, how much, and the oldest of
-- them as an example; the largest first.
with item as (
    select
        o.booking_id,
        o.source_key,
        coalesce(o.reason, o.state) as reason,
        o.planned_at as since,
        abs(o.total_cents) as cents,
        false as is_difference,
        0::bigint as james_cents,
        0::bigint as exact_cents,
        '' as differs
    from open_booking as o
    where o.practice = %(practice)s and o.state not in ('planned', 'sending')
    union all
    select
        b.booking_id,
        coalesce(d.source_key, d.subject) as source_key,
        d.cause as reason,
        d.since,
        abs(d.james_cents - d.exact_cents) as cents,
        true as is_difference,
        d.james_cents,
        d.exact_cents,
        d.differs
    from difference as d
    left join
        lateral (
            select latest.booking_id
            from booking as latest
            where latest.practice = d.practice and latest.source_key = d.source_key
            order by latest.version desc
            limit 1
        ) as b
        on true
    where
        d.practice = %(practice)s
        and d.ended_at is null
        and d.accepted_by is null
        and d.cause not in ('not_yet_due', 'held', 'rejected', 'closed', 'handed_over')
)

select
    reason,
    is_difference,
    count(*) as records,
    min(since) as since,
    sum(cents)::bigint as total_cents,
    (array_agg(booking_id order by since asc, source_key asc))[1] as example_id,
    (array_agg(source_key order by since asc, source_key asc))[1] as example_key,
    (array_agg(james_cents order by since asc, source_key asc))[1] as james_cents,
    (array_agg(exact_cents order by since asc, source_key asc))[1] as exact_cents,
    (array_agg(differs order by since asc, source_key asc))[1] as differs
from item
group by reason, is_difference
order by count(*) desc, reason asc;
