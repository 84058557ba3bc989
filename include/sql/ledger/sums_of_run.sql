-- What runs booked or handed over: number of entries and cents per journal, financial period,
-- revenue group and VAT rate, and per journal and period. An entry is in one period.
select
    b.state,
    b.journal,
    b.financial_year,
    b.financial_period,
    l.revenue_group,
    l.vat_rate,
    count(distinct b.booking_id) as entries,
    sum(l.gross_cents - l.vat_cents)::bigint as net_cents,
    sum(l.vat_cents)::bigint as vat_cents,
    sum(l.gross_cents)::bigint as gross_cents
from (
    select distinct h.booking_id
    from booking_history as h
    where h.to_state in ('booked', 'exported') and h.run_id = any(%(run_ids)s::uuid[])
) as moved
cross join
    lateral (
        -- Looked up one by one, however many bookings PostgreSQL expects of a run.
        select of_run.*
        from booking as of_run
        where of_run.booking_id = moved.booking_id
        limit 1  -- noqa: AM09
    ) as b
cross join
    lateral (
        select of_booking.*
        from booking_line as of_booking
        where of_booking.booking_id = b.booking_id
        offset 0  -- noqa: AM09
    ) as l
group by
    grouping sets (
        (b.state, b.journal, b.financial_year, b.financial_period, l.revenue_group, l.vat_rate),
        (b.state, b.journal, b.financial_year, b.financial_period)
    )
order by
    b.state asc,
    b.journal asc,
    b.financial_year asc,
    b.financial_period asc,
    l.revenue_group asc nulls last,
    l.vat_rate asc;
