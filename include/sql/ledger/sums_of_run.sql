-- What a run booked or handed over: number of entries and cents per journal, revenue group and VAT
-- rate, and per journal.
select
    b.state,
    b.journal,
    l.revenue_group,
    l.vat_rate,
    count(distinct b.booking_id) as entries,
    sum(l.gross_cents - l.vat_cents)::bigint as net_cents,
    sum(l.vat_cents)::bigint as vat_cents,
    sum(l.gross_cents)::bigint as gross_cents
from booking as b
inner join booking_line as l on b.booking_id = l.booking_id
where
    b.booking_id in (
        select h.booking_id
        from booking_history as h
        where h.to_state in ('booked', 'exported') and h.run_id = any(%(run_ids)s::uuid[])
    )
group by grouping sets ((b.state, b.journal, l.revenue_group, l.vat_rate), (b.state, b.journal))
order by b.state, b.journal, l.revenue_group nulls last, l.vat_rate;
