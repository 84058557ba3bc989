-- Where the bookings are booked that staged credit invoices of a run credit: a row per credit,
-- profession, revenue group and VAT rate. The original is found as in plan_credits.sql; one that
-- was never planned has no lines.
select
    s.invoice_key,
    l.profession,
    l.revenue_group,
    l.vat_rate,
    l.gl_account,
    l.vat_code
from staged_invoice as s
cross join
    lateral (
        select o.booking_id
        from current_booking as o
        where
            o.practice = %(practice)s
            and o.kind <> 'debtor'
            and o.entry_number::text = s.credited_invoice_number
            and o.source_key <> s.invoice_key
            and o.entry_date <= s.invoice_date
        order by
            split_part(o.source_key, ':', 1) = split_part(s.invoice_key, ':', 1) desc,
            o.entry_date desc, o.source_key asc
        limit 1
    ) as original
inner join booking_line as l on original.booking_id = l.booking_id
where
    s.run_id = %(run_id)s
    and s.credited_invoice_number is not null
    and s.invoice_key collate "C" >= %(first_key)s
    and s.invoice_key collate "C" <= %(last_key)s
order by s.invoice_key collate "C", l.line_number
