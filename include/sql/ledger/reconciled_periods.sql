-- What is booked per financial year, period, journal, G/L account and VAT code, to tick off against
-- Exact's trial balance. Cents.
select
    b.financial_year,
    b.financial_period,
    b.journal,
    l.gl_account,
    l.vat_code,
    count(distinct b.booking_id) as entries,
    sum(l.gross_cents - l.vat_cents)::bigint as net_cents,
    sum(l.vat_cents)::bigint as vat_cents
from booking as b
inner join booking_line as l on b.booking_id = l.booking_id
where
    b.practice = %(practice)s
    and b.state = 'booked'
    and b.entry_date >= %(from_date)s
    and b.entry_date < %(before_date)s
group by 1, 2, 3, 4, 5
order by 1, 2, 3, 4, 5;
