-- The entry numbers of James' invoices, and of its claims, per financial year, as runs of numbers
-- that follow each other in one journal and state. Invoices of one series go to several journals,
-- so a number is missing only when it is in none. What lies between two runs belongs to no invoice
-- of these days.
with numbered as (
    select distinct
        split_part(b.source_key, ':', 1) as series,
        b.financial_year,
        b.entry_number,
        b.journal,
        b.state,
        b.reason
    from current_booking as b
    where
        b.practice = %(practice)s
        and b.kind <> 'debtor'
        and b.financial_year is not null
        and b.entry_number is not null
        and b.entry_date >= %(from_date)s
        and b.entry_date < %(before_date)s
),

placed as (
    select
        n.*,
        n.entry_number - row_number() over (
            partition by n.series, n.financial_year, n.journal, n.state, n.reason
            order by n.entry_number
        ) as run
    from numbered as n
)

select
    series,
    financial_year,
    min(entry_number) as first_number,
    max(entry_number) as last_number,
    coalesce(journal, '') as journal,
    state,
    reason
from placed
group by series, financial_year, journal, state, reason, run
order by series, financial_year, first_number, last_number;
