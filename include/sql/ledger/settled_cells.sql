-- What is booked or handed over in these days per state, revenue group and VAT rate: as it was
-- added up per day, and line by line of the days that were marked since.
with marked as (
    select m.day
    from to_add_up as m
    where m.practice = %(practice)s and m.day >= %(from_date)s and m.day < %(before_date)s
),

parts as (
    select
        d.state,
        d.revenue_group,
        d.vat_rate,
        d.gross_cents
    from day_cell as d
    where
        d.practice = %(practice)s
        and d.day >= %(from_date)s
        and d.day < %(before_date)s
        and d.day not in (select marked.day from marked)
    union all
    select
        b.state,
        l.revenue_group,
        l.vat_rate,
        l.gross_cents
    from marked
    inner join booking as b on b.practice = %(practice)s and marked.day = b.entry_date
    inner join booking_line as l on b.booking_id = l.booking_id
    where b.kind <> 'debtor' and b.state in ('booked', 'exported')
)

select
    state,
    revenue_group,
    vat_rate,
    sum(gross_cents)::bigint as gross_cents
from parts
group by state, revenue_group, vat_rate
order by state, revenue_group, vat_rate;
