-- What is booked or handed over, per month of the entry, state, journal, revenue group and VAT
-- rate. Gross and VAT in cents.
select
    date_trunc('month', b.entry_date)::date as month,
    b.state,
    b.journal,
    l.revenue_group,
    l.vat_rate,
    count(distinct b.booking_id) as entries,
    sum(l.gross_cents)::bigint as gross_cents,
    sum(l.vat_cents)::bigint as vat_cents
from booking as b
inner join booking_line as l on b.booking_id = l.booking_id
where
    b.practice = %(practice)s
    and b.state in ('booked', 'exported')
    and b.entry_date >= %(from_date)s
    and b.entry_date < %(before_date)s
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5;
