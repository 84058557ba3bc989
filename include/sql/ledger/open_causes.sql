-- One page of the causes of what is open, of all practices or one, of some reasons or all; with how
-- many practices and records each has, the euros, and since when. In the order that is asked for:
-- what needs a person first ('need'), the oldest ('age'), or the most euros ('euros').
with cause as (
    select
        i.cause_id,
        i.reason,
        i.cause_values,
        count(distinct i.practice) as practices,
        count(*) as records,
        count(*) filter (where i.kind not in ('debtor', 'practice', 'night', 'workbook')) as invoices,
        sum(i.cents)::bigint as cents,
        min(i.since) as since,
        min(i.practice_name) as practice_name,
        min(i.cause_id || ' ' || i.practice || ' ' || i.subject) as example,
        bool_or(i.state = 'stopped') as is_practice,
        i.reason = any(%(by_itself)s) as is_by_itself
    from v_open_items as i
    where
        (%(practice)s::text is null or i.practice = %(practice)s)
        and (
            %(pattern)s::text is null
            or i.practice ilike %(pattern)s
            or i.practice_name ilike %(pattern)s
        )
        and (%(reasons)s::text[] is null or i.reason = any(%(reasons)s))
        and (%(cause_id)s::text is null or i.cause_id = %(cause_id)s)
    group by i.cause_id, i.reason, i.cause_values
)

select
    *,
    count(*) over () as found
from cause
order by
    case when %(sorted_by)s = 'need' then is_by_itself end asc,
    case when %(sorted_by)s = 'need' then not is_practice end asc,
    case when %(sorted_by)s = 'age' then since end asc,
    case when %(sorted_by)s <> 'age' then cents end desc nulls last,
    since asc,
    cause_id asc
limit
    %(page_size)s
    offset
    %(skipped)s;
