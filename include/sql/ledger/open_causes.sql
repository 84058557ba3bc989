-- One page of the causes of what is open, of all practices or one, of some reasons or all; with how
-- many practices and records each has, the euros, and since when. In the order that is asked for:
-- what needs a person first ('need'), the oldest ('age'), or the most euros ('euros'). What is to
-- be put right is read for the causes of the page alone. With each cause all reasons, also those
-- that were not asked for, so that what is open is gone through once.
with of_practice as (
    select
        i.cause_id,
        i.reason,
        i.practice,
        count(*) as records,
        count(*) filter (where i.kind not in ('debtor', 'practice', 'night', 'workbook')) as invoices,
        sum(i.cents) as cents,
        min(i.since) as since,
        min(i.practice_name) as practice_name,
        min(i.subject) as subject,
        min(i.cause_booking_id) as booking_id,
        bool_or(i.state = 'stopped') as is_practice
    from v_open_items as i
    where
        (%(practice)s::text is null or i.practice = %(practice)s)
        and (
            %(pattern)s::text is null
            or i.practice ilike %(pattern)s
            or i.practice_name ilike %(pattern)s
        )
        and (%(cause_id)s::text is null or i.cause_id = %(cause_id)s)
    group by i.cause_id, i.reason, i.practice
),

cause as (
    select
        o.cause_id,
        o.reason,
        count(*) as practices,
        sum(o.records)::bigint as records,
        sum(o.invoices)::bigint as invoices,
        sum(o.cents)::bigint as cents,
        min(o.since) as since,
        min(o.practice_name) as practice_name,
        min(o.practice || ' ' || o.subject) as example,
        min(o.booking_id) as booking_id,
        bool_or(o.is_practice) as is_practice,
        o.reason = any(%(by_itself)s) as is_by_itself
    from of_practice as o
    group by o.cause_id, o.reason
),

placed as (
    select
        *,
        row_number() over (
            order by
                case when %(sorted_by)s = 'need' then is_by_itself end asc,
                case when %(sorted_by)s = 'need' then not is_practice end asc,
                case when %(sorted_by)s = 'age' then since end asc,
                case when %(sorted_by)s <> 'age' then cents end desc nulls last,
                since asc,
                cause_id asc
        ) as place,
        count(*) over () as found
    from cause
    where %(reasons)s::text[] is null or reason = any(%(reasons)s)
)

select
    p.cause_id,
    p.reason,
    coalesce(
        (select b.cause_values from booking as b where b.booking_id = p.booking_id),
        (
            select min(w.cause_values::text)::jsonb
            from open_practice as w
            where
                w.practice = split_part(p.example, ' ', 1)
                and cause_id(w.reason, w.cause_values) = p.cause_id
        ),
        '{}'::jsonb
    ) as cause_values,
    p.practices,
    p.records,
    p.invoices,
    p.cents,
    p.since,
    p.practice_name,
    p.cause_id || ' ' || p.example as example,
    p.is_practice,
    p.is_by_itself,
    p.found,
    (select array_agg(distinct c.reason order by c.reason) from cause as c) as open_reasons
from placed as p
where p.place > %(skipped)s and p.place <= %(skipped)s + %(page_size)s
order by p.place;
