-- What our journals hold in Exact of our entries, and of entries of others with the number or
-- reference of an invoice of James.
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
        and kind <> 'debtor'
        and (entry_date is null or (entry_date >= %(from_date)s and entry_date < %(before_date)s))
),

others as (
    select
        x.entry_id,
        x.journal,
        x.financial_year,
        x.entry_number,
        x.reference
    from exact_line as x
    where
        x.practice = %(practice)s
        and not exists (
            select 1
            from booking as b
            inner join practice_of_division as d on b.practice = d.serves
            where d.practice = x.practice and b.exact_id = x.entry_id
        )
),

named as (
    select exact_id as entry_id
    from ours
    union
    select x.entry_id
    from others as x
    inner join
        ours
        on
            x.journal = ours.journal
            and x.financial_year = ours.financial_year
            and x.entry_number = ours.entry_number
    union
    select x.entry_id
    from others as x
    inner join ours on x.reference = ours.reference
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
