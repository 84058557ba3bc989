-- Keeps which entries in our journals are of others: those of `entry_ids` that no record is booked
-- under, that bear no number or reference of one, and that are not of another practice of the
-- division. `named` are those that are named after a record. Returns the entries that go with a
-- record of other days: those are not compared yet.
with asked as (
    select
        e.entry_id,
        min(x.entry_date) as first_day,
        max(x.entry_date) as last_day
    from unnest(%(entry_ids)s::uuid[]) as e (entry_id)
    left join exact_line as x on x.practice = %(practice)s and e.entry_id = x.entry_id
    group by e.entry_id
),

placed as (
    select
        a.entry_id,
        a.first_day,
        a.last_day,
        exists (
            select 1
            from booking as b
            where b.practice = %(practice)s and b.exact_id = a.entry_id
        )
        or exists (
            select 1
            from exact_line as x
            inner join
                booking as b
                on
                    x.practice = b.practice
                    and x.entry_number = b.entry_number
                    and x.journal = b.journal
                    and x.financial_year = b.financial_year
            where x.practice = %(practice)s and x.entry_id = a.entry_id
        )
        or exists (
            select 1
            from exact_line as x
            inner join booking as b on x.practice = b.practice and x.reference = b.reference
            where x.practice = %(practice)s and x.entry_id = a.entry_id
        ) as is_named,
        (
            select count(*)
            from practice_of_division as d
            inner join booking as b on d.serves = b.practice
            where d.practice = %(practice)s and d.serves <> d.practice and b.exact_id = a.entry_id
        ) > 0 as is_of_division
    from asked as a
),

gone as (
    delete from other_entry
    where
        practice = %(practice)s
        and entry_id in (
            select n.entry_id
            from unnest(%(named)s::uuid[]) as n (entry_id)
            union all
            select s.entry_id
            from placed as s
            where s.first_day is null or s.is_named or s.is_of_division
        )
),

kept as (
    insert into other_entry (practice, entry_id, first_day, last_day)
    select
        %(practice)s,
        s.entry_id,
        s.first_day,
        s.last_day
    from placed as s
    where s.first_day is not null and not s.is_named and not s.is_of_division
    on conflict (practice, entry_id) do update
        set first_day = excluded.first_day, last_day = excluded.last_day
)

select s.entry_id::text
from placed as s
where s.is_named;
