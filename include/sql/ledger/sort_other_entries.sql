-- Keeps which entries in our journals are of others: those of `entry_ids` that no record is booked
-- under, that bear no number or reference of one, and that are not of another practice of the
-- division. `named` are those that are named after a record. One that goes with records of other
-- days alone is not compared yet: they are marked in its place and lead to it, so that a night does
-- not look at it again. Returns the others that go with a record: it is not at rest and may let go
-- of them without a mark, or another practice has the entry.
with asked as (
    select
        e.entry_id,
        min(x.entry_date) as first_day,
        max(x.entry_date) as last_day
    from unnest(%(entry_ids)s::uuid[]) as e (entry_id)
    left join exact_line as x on x.practice = %(practice)s and e.entry_id = x.entry_id
    group by e.entry_id
),

borne as (
    select
        a.entry_id,
        b.booking_id
    from asked as a
    inner join booking as b on a.entry_id = b.exact_id
    where b.practice = %(practice)s
    union
    select
        a.entry_id,
        b.booking_id
    from asked as a
    inner join exact_line as x on x.practice = %(practice)s and a.entry_id = x.entry_id
    inner join
        booking as b
        on
            x.practice = b.practice
            and x.entry_number = b.entry_number
            and x.journal = b.journal
            and x.financial_year = b.financial_year
    union
    select
        a.entry_id,
        b.booking_id
    from asked as a
    inner join exact_line as x on x.practice = %(practice)s and a.entry_id = x.entry_id
    inner join booking as b on x.practice = b.practice and x.reference = b.reference
),

named as (
    select
        n.entry_id,
        b.source_key,
        b.kind <> 'debtor'
        and b.is_latest
        and b.state in ('booked', 'exported', 'closed')
        and coalesce(b.entry_date < %(from_date)s or b.entry_date >= %(before_date)s, false) as is_elsewhere
    from borne as n
    inner join booking as b on n.booking_id = b.booking_id
),

placed as (
    select
        a.entry_id,
        a.first_day,
        a.last_day,
        a.entry_id in (select n.entry_id from named as n) as is_named,
        (
            select count(*)
            from practice_of_division as d
            inner join booking as b on d.serves = b.practice
            where d.practice = %(practice)s and d.serves <> d.practice and b.exact_id = a.entry_id
        ) > 0 as is_of_division
    from asked as a
),

marked as (
    insert into to_judge (practice, subject, marked_by)
    select distinct
        %(practice)s,
        n.source_key,
        pg_current_xact_id()::text::bigint as marked_by
    from named as n
    where n.is_elsewhere
    order by n.source_key
    on conflict (practice, subject) do update
        set marked_by = excluded.marked_by, marked_at = now()
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

select distinct n.entry_id::text
from named as n
where not n.is_elsewhere;
