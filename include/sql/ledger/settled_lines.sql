-- The lines of what of these records is booked or exported, summed per entry, account, VAT code,
-- revenue group and VAT rate.
select
    b.source_key,
    b.exact_id::text as entry_id,
    b.state,
    l.gl_account,
    l.vat_code,
    l.revenue_group,
    l.vat_rate,
    sum(l.gross_cents)::bigint as gross_cents,
    sum(l.vat_cents)::bigint as vat_cents
from booking as b
inner join booking_line as l on b.booking_id = l.booking_id
where
    b.practice = %(practice)s
    and b.source_key = any(%(source_keys)s)
    and b.state in ('booked', 'exported')
    and b.entry_date >= %(from_date)s
    and b.entry_date < %(before_date)s
group by
    b.booking_id, b.source_key, b.exact_id, b.state, l.gl_account, l.vat_code, l.revenue_group, l.vat_rate
order by b.booking_id, l.gl_account, l.vat_code, l.revenue_group, l.vat_rate;
