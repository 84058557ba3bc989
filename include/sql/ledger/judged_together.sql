-- What is to be compared in one go with these records and entries, themselves among it: an entry
-- goes with the record that is booked under it, in any version, and with all that have its number
-- or reference; a record with those that it credits and that credit it. With the mark of each.
with recursive together as (
    select
        r.source_key,
        null::uuid as entry_id
    from unnest(%(source_keys)s::text[]) as r (source_key)
    union
    select
        null as source_key,
        e.entry_id
    from unnest(%(entry_ids)s::uuid[]) as e (entry_id)
    union
    select
        near.source_key,
        near.entry_id
    from together as t
    cross join
        lateral (
            select
                null::text as source_key,
                b.exact_id as entry_id
            from booking as b
            where b.practice = %(practice)s and b.source_key = t.source_key and b.exact_id is not null
            union all
            select
                null as source_key,
                y.entry_id
            from booking as o
            inner join
                exact_line as y
                on
                    o.practice = y.practice
                    and o.entry_number = y.entry_number
                    and o.journal = y.journal
                    and o.financial_year = y.financial_year
            where o.practice = %(practice)s and o.source_key = t.source_key
            union all
            select
                null as source_key,
                y.entry_id
            from booking as o
            inner join exact_line as y on o.practice = y.practice and o.reference = y.reference
            where o.practice = %(practice)s and o.source_key = t.source_key
            union all
            select
                b.credits_key as source_key,
                null as entry_id
            from booking as b
            where b.practice = %(practice)s and b.source_key = t.source_key
            union all
            select
                b.source_key,
                null as entry_id
            from booking as b
            where b.practice = %(practice)s and b.credits_key = t.source_key and b.kind <> 'debtor'
            union all
            select
                b.source_key,
                null as entry_id
            from booking as b
            where b.practice = %(practice)s and b.exact_id = t.entry_id and b.kind <> 'debtor'
            union all
            select
                b.source_key,
                null as entry_id
            from exact_line as x
            inner join
                booking as b
                on
                    x.practice = b.practice
                    and x.entry_number = b.entry_number
                    and x.journal = b.journal
                    and x.financial_year = b.financial_year
            where x.practice = %(practice)s and x.entry_id = t.entry_id and b.kind <> 'debtor'
            union all
            select
                b.source_key,
                null as entry_id
            from exact_line as x
            inner join booking as b on x.practice = b.practice and x.reference = b.reference
            where x.practice = %(practice)s and x.entry_id = t.entry_id and b.kind <> 'debtor'
        ) as near
)

select
    t.source_key,
    t.entry_id::text,
    m.marked_by
from together as t
left join
    to_judge as m
    on
        m.practice = %(practice)s
        and m.subject = coalesce(t.source_key, 'exact:' || t.entry_id::text)
where t.source_key is not null or t.entry_id is not null
order by t.source_key, t.entry_id;
