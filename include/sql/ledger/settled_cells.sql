-- What is booked or handed over in these days per state, revenue group and VAT rate: as it was
-- added up per day, and from the rows of the days that were marked since.
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
        c.state,
        c.revenue_group,
        c.vat_rate,
        c.gross_cents
    from marked
    cross join
        lateral (
            select a.*
            from added_cell as a
            where a.practice = %(practice)s and a.day = marked.day
            offset 0  -- noqa: AM09
        ) as c
)

select
    state,
    revenue_group,
    vat_rate,
    sum(gross_cents)::bigint as gross_cents
from parts
group by state, revenue_group, vat_rate
order by state, revenue_group, vat_rate;
