-- What our journals hold in Exact of the entries of these records, and of entries of others with
-- the number or reference of one.
with ours as (
    select
        exact_id,
        journal,
        financial_year,
        entry_number,
        reference
    from booking
    where
        practice = %(practice)s
        and source_key = any(%(source_keys)s)
        and kind <> 'debtor'
        and (entry_date is null or (entry_date >= %(from_date)s and entry_date < %(before_date)s))
),

near as (
    select x.entry_id
    from ours
    inner join
        exact_line as x
        on
            x.practice = %(practice)s
            and ours.entry_number = x.entry_number
            and ours.journal = x.journal
            and ours.financial_year = x.financial_year
    union
    select x.entry_id
    from ours
    inner join exact_line as x on x.practice = %(practice)s and ours.reference = x.reference
),

named as (
    select ours.exact_id as entry_id
    from ours
    union
    select near.entry_id
    from near
    where
        not exists (
            select 1
            from booking as b
            inner join practice_of_division as d on b.practice = d.serves
            where d.practice = %(practice)s and b.exact_id = near.entry_id
        )
)

select
    x.line_id::text,
    x.entry_id::text,
    x.journal,
    x.financial_year,
    x.financial_period,
    x.entry_number,
    x.entry_date,
    x.gl_account,
    x.cents,
    x.relation_id::text,
    x.vat_code,
    x.reference,
    x.due_date
from exact_line as x
where x.practice = %(practice)s and x.entry_id in (select named.entry_id from named)
order by x.entry_id, x.line_id;
